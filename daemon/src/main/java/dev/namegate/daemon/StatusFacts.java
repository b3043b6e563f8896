// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.CacheCounter;
import dev.namegate.cache.CacheCounters;
import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.daemon.pipeline.DnsPath;
import dev.namegate.daemon.pipeline.FlowPath;
import dev.namegate.nfq.QueueStatistics;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.policy.CompiledPolicy;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
  void addPaths(@Nullable FlowPath flows, @Nullable DnsPath replies) {
    if (flows != null && replies != null) {
      facts.put("flowLatency", flows.latency());
      facts.put("dnsHoldTime", replies.latency());
    }
  }

  /** Adds what the kernel says of the queues. */
  void addQueues(RulesConfig rules) {
    addQueue("flowsQueue", rules.flowsQueue());
    addQueue("dnsQueue", rules.dnsQueue());
  }

  void addQueue(String name, int number) {
    try {
      QueueStatistics.read(number)
          .ifPresent(
              queue -> {
                facts.put(name + "Waiting", queue.waiting());
                facts.put(name + "Dropped", queue.dropped());
                facts.put(name + "UserDropped", queue.userDropped());
              });
    } catch (IOException e) {
      facts.put(name, "unknown: " + e.getMessage());
    }
  }

  Map<String, Object> map() {
    return facts;
  }
}
