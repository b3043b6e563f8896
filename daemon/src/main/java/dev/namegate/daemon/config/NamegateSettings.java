// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.StageThreads;
import dev.namegate.nfq.rules.FailureMode;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.policy.YamlObject;
import java.time.Duration;
import java.util.Map;

/**
 * The options that Calico has no name for, as {@code NamegateConfiguration} gives them. A value
 * that is wrong leaves the default, and is reported.
 */
final class NamegateSettings {
  private static final int MAX_NUMBER = 65_535;
  private static final int MIN_BUFFER = 65_536;
  private static final int MAX_BUFFER = 1 << 30;
  private static final int MAX_ENTRIES = 1 << 24;

  int flowsQueue = RulesConfig.DEFAULT_FLOWS_QUEUE;
  int queryLogGroup = RulesConfig.DEFAULT_QUERY_LOG_GROUP;
  FailureMode failureMode = FailureMode.CLOSED;
  StageThreads stageThreads = StageThreads.POLLED;

  /** Twice a usual wake-up: a packet that follows soon finds the receiver awake. */
  Duration pollWindow = Duration.ofNanos(50_000);

  boolean leaveRulesOnExit;
  Duration minTtl = Duration.ofNanos(CacheConfig.DEFAULT_MIN_TTL_NS);
  Duration maxTtl = Duration.ofNanos(CacheConfig.DEFAULT_MAX_TTL_NS);
  int maxNames = CacheConfig.DEFAULT_MAX_NAMES;
  int maxAddresses = CacheConfig.DEFAULT_MAX_ADDRESSES;
  int maxAddressesPerName = CacheConfig.DEFAULT_MAX_ADDRESSES_PER_NAME;

  /** The kernel's 1024 is lost at the first burst. */
  int queueLength = 8_192;

  /** The kernel's default holds 256 packets, whatever is copied of them. */
  int receiveBufferBytes = 16 << 20;

  /** Reads all fields, and reports those that nobody knows. */
  void read(YamlObject spec) {
    flowsQueue = spec.integer("flowsNfqueueID", 0, MAX_NUMBER, flowsQueue);
    queryLogGroup = spec.integer("dnsQueryNflogGroup", 1, MAX_NUMBER, queryLogGroup);
    failureMode =
        spec.choice(
            "failureMode",
            failureMode,
            Map.of("Closed", FailureMode.CLOSED, "Open", FailureMode.OPEN));
    stageThreads =
        spec.choice(
            "stageThreads",
            stageThreads,
            Map.of("Polled", StageThreads.POLLED, "Own", StageThreads.OWN));
    pollWindow = spec.duration("pollWindow", pollWindow);
    leaveRulesOnExit = spec.bool("leaveRulesOnExit", leaveRulesOnExit);
    readCache(spec);
    queueLength = spec.integer("queueLength", 1, MAX_ENTRIES, queueLength);
    receiveBufferBytes =
        spec.integer("receiveBufferBytes", MIN_BUFFER, MAX_BUFFER, receiveBufferBytes);
    spec.finish();
  }

  private void readCache(YamlObject spec) {
    Duration floor = FelixSettings.positive(spec, "dnsMinTTL", minTtl);
    Duration cap = FelixSettings.positive(spec, "dnsMaxTTL", maxTtl);
    if (floor.compareTo(cap) > 0) {
      spec.error("dnsMinTTL", "is longer than dnsMaxTTL", "at most " + cap.toSeconds() + "s");
    } else {
      minTtl = floor;
      maxTtl = cap;
    }
    maxNames = spec.integer("maxNames", 1, MAX_ENTRIES, maxNames);
    maxAddresses = spec.integer("maxAddresses", 1, MAX_ENTRIES, maxAddresses);
    maxAddressesPerName = spec.integer("maxAddressesPerName", 1, MAX_ENTRIES, maxAddressesPerName);
  }
}
