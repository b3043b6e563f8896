// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.daemon.pipeline.Commit;
import dev.namegate.daemon.pipeline.DnsPath;
import dev.namegate.daemon.pipeline.EndpointTable;
import dev.namegate.daemon.pipeline.FlowPath;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.Interfaces;
import dev.namegate.nfq.LinkMonitor;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NflogGroup;
import dev.namegate.nfq.rules.KernelRules;
import dev.namegate.nfq.rules.SourceSets;
import dev.namegate.policy.CompiledPolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

/**
 * The composition root: the one class that makes the parts and knows in which order they start and
 * stop.
 *
 * <p>Start: bind the queues, fill the source sets, install the chains, then the jumps. Stop: remove
 * the rules, answer what the kernel still holds, close the queues. A start that fails undoes what it
 * did.
 *
 * <p><b>Threading:</b> {@link #start} and {@link #close} by one thread each.
 */
public final class Daemon implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

  private final DaemonConfig config;
  private final Counters counters = new Counters();
  private final DnsCache cache;
  private final Deque<Closing> undo = new ArrayDeque<>();

  /** The policy in force and the addresses in its terms. */
  private volatile Ruleset ruleset;

  /** What undoes one step of the start; run in reverse order. */
  private interface Closing {
    void run() throws Exception;
  }

  private Daemon(DaemonConfig config, CompiledPolicy policy) {
    this.config = config;
    this.cache = new DnsCache(config.cache(), policy::domainSets);
    this.ruleset = new Ruleset(policy, cache.table());
  }

  /**
   * Starts to enforce; when this returns, the rules hold.
   *
   * @param commitStage what stands between the commit stage and the cache
   */
  public static Daemon start(
      DaemonConfig config,
      CompiledPolicy policy,
      NanoClock clock,
      UnaryOperator<Commit> commitStage,
      KernelRules kernelRules)
      throws Exception {
    Daemon daemon = new Daemon(config, policy);
    try {
      daemon.start(clock, commitStage, kernelRules);
      return daemon;
    } catch (Exception e) {
      daemon.undo();
      throw e;
    }
  }

  private void start(NanoClock clock, UnaryOperator<Commit> commitStage, KernelRules kernelRules)
      throws Exception {
    NfQueue flows = opened(NfQueue.open(config.flowsQueue()));
    NfQueue replies = opened(NfQueue.open(config.dnsQueue()));
    NflogGroup queries = opened(NflogGroup.open(config.queryCopies()));
    EndpointTable endpoints = new EndpointTable(Interfaces::name);
    watchLinks(endpoints);

    FlowPath flowPath =
        new FlowPath(flows, config.pipeline(), () -> ruleset, endpoints, clock, counters);
    DnsPath dnsPath =
        new DnsPath(
            replies,
            queries,
            config.pipeline(),
            commitStage.apply(cache::learn),
            cache,
            clock,
            counters);
    flowPath.start();
    undo.push(flowPath::stop);
    dnsPath.start();
    undo.push(dnsPath::stop);

    if (!config.leaveRulesOnExit()) {
      undo.push(kernelRules::remove);
    }
    kernelRules.apply(config.rules(), SourceSets.of(ruleset.policy().endpoints()));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    undo.push(resource::close);
    return resource;
  }

  public Counters counters() {
    return counters;
  }

  @Override
  public void close() {
    undo();
  }

  private void undo() {
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.ERROR, "while stopping: " + e.getMessage(), e);
      }
    }
  }
}
