// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.CacheCounter;
import dev.namegate.cache.CacheCounters;
import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.daemon.pipeline.DnsPath;
import dev.namegate.daemon.pipeline.FlowPaths;
import dev.namegate.daemon.pipeline.SocketWatch;
import dev.namegate.nfq.QueueStatistics;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.policy.CompiledPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the status tells beside the counters.
 *
 * <p><b>Threading:</b> a value of one request.
 */
final class StatusFacts {
  private final Map<String, Object> facts = new LinkedHashMap<>();

  /** Starts with what is enforced. */
  StatusFacts(DaemonConfig config, CompiledPolicy policy) {
    facts.put("pid", ProcessHandle.current().pid());
    facts.put("dnsPolicyMode", config.learning().mode().word());
    facts.put("trustedServers", config.rules().trustedServers());
    facts.put("endpoints", policy.endpoints().size());
  }

  void addCache(CacheCounters counters) {
    for (CacheCounter counter : CacheCounter.values()) {
      facts.put("cache_" + counter.name().toLowerCase(Locale.ROOT), counters.get(counter));
    }
  }

  void addFastPath(@Nullable KernelFastPath fastPath) {
    if (fastPath != null) {
      facts.put("kernelFastPath", fastPath.isEnabled() ? "Enabled" : "Disabled");
      facts.put("fastPathEntries", (long) fastPath.entries());
    }
  }

  /** Adds what the paths have measured, if they run. */
  void addPaths(@Nullable FlowPaths flows, @Nullable DnsPath replies) {
    if (flows != null && replies != null) {
      facts.put("flowLatency", flows.latency());
      facts.put("flowVerdictsPerQueue", flows.verdictsPerQueue());
      facts.put("dnsHoldTime", replies.latency());
    }
  }

  /** Adds which queues and groups take no packets now; none, if all is well. */
  void addSockets(@Nullable SocketWatch watch) {
    if (watch != null) {
      facts.put("brokenSockets", watch.troubles());
    }
  }

  /** Adds what the kernel says of the queues. */
  void addQueues(RulesConfig rules) {
    addQueues("flowsQueue", rules.allFlowQueues());
    addQueues("dnsQueue", List.of(rules.dnsQueue()));
  }

  /** Adds the sums over these queues. */
  void addQueues(String name, List<Integer> numbers) {
    try {
      List<QueueStatistics> queues = new ArrayList<>();
      for (int number : numbers) {
        QueueStatistics.read(number).ifPresent(queues::add);
      }
      if (!queues.isEmpty()) {
        facts.put(name + "Waiting", sum(queues, QueueStatistics::waiting));
        facts.put(name + "Dropped", sum(queues, QueueStatistics::dropped));
        facts.put(name + "UserDropped", sum(queues, QueueStatistics::userDropped));
      }
    } catch (IOException e) {
      facts.put(name, "unknown: " + e.getMessage());
    }
  }

  private static long sum(List<QueueStatistics> queues, ToLongFunction<QueueStatistics> ofOne) {
    return queues.stream().mapToLong(ofOne).sum();
  }

  Map<String, Object> map() {
    return facts;
  }
}
