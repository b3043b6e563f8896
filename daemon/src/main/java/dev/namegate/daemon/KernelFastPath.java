// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.config.LearningConfig;
import dev.namegate.daemon.fastpath.AcceptSetSink;
import dev.namegate.daemon.fastpath.FastPath;
import dev.namegate.daemon.fastpath.LazyRequests;
import dev.namegate.daemon.fastpath.PolicyViews;
import dev.namegate.daemon.pipeline.AllowedFlows;
import dev.namegate.daemon.pipeline.Answer;
import dev.namegate.daemon.pipeline.Clients;
import dev.namegate.daemon.pipeline.Commit;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.AcceptSetBatch;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.rules.AcceptSets;
import dev.namegate.nfq.rules.CommandRunner;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the fast path in the kernel, or nothing if the settings say so.
 *
 * <p><b>Threading:</b> opened and closed by the thread that starts and stops the daemon; {@link
 * #renew} and what {@link #behind} returns belong to the cache's writer; {@link #allowedFlows} to
 * the stages that decide flows.
 */
final class KernelFastPath implements AutoCloseable {
  /** Entries of one message train; what is more goes in several. */
  private static final int TRAIN_CAPACITY = 1024;

  private final @Nullable AcceptSetBatch batch;
  private final @Nullable FastPath fastPath;

  /** One for each stage that decides flows; empty if nobody listens. */
  private final List<LazyRequests> requests;

  /** Makes the writer look for requests; set when there is one. */
  private volatile Runnable nudge = () -> {};

  private KernelFastPath() {
    batch = null;
    fastPath = null;
    requests = List.of();
  }

  private KernelFastPath(
      AcceptSetBatch batch, int maxEntries, int deciders, AcceptSets sets, Counters counters) {
    this.batch = batch;
    AcceptSetSink sink = AcceptSetSink.of(batch);
    requests =
        Stream.generate(() -> new LazyRequests(() -> nudge.run(), counters.newWriter()))
            .limit(deciders)
            .toList();
    fastPath =
        new FastPath(
            sink,
            TRAIN_CAPACITY,
            maxEntries,
            new PolicyViews(sink, sets::renew, HostInterfaces::addresses),
            requests,
            counters.newWriter());
  }

  /**
   * The parts, without a policy yet.
   *
   * @param deciders how many stages decide flows
   */
  static KernelFastPath open(
      LearningConfig config, int deciders, CommandRunner runner, Counters counters)
      throws NfQueueException {
    return config.kernelFastPath()
        ? new KernelFastPath(
            AcceptSetBatch.open(TRAIN_CAPACITY),
            config.maxFastPathEntries(),
            deciders,
            new AcceptSets(runner),
            counters)
        : new KernelFastPath();
  }

  /** Says how the writer is made to look for requests. */
  void nudgeBy(Runnable howToNudge) {
    nudge = howToNudge;
  }

  boolean isEnabled() {
    return fastPath != null;
  }

  /** How many entries the kernel's sets hold. Any thread. */
  int entries() {
    return fastPath == null ? 0 : fastPath.entries();
  }

  /** Whom a stage that decides flows tells of those that were queued and allowed. */
  AllowedFlows allowedFlows(int decider) {
    return requests.isEmpty() ? AllowedFlows.UNHEARD : requests.get(decider);
  }

  /**
   * The commit of a reply: the cache learns, then the kernel what follows from that.
   *
   * @param clients those of the policy in force
   */
  Commit behind(DnsCache cache, Supplier<Clients> clients) {
    Commit learn =
        (answer, nowNs) ->
            cache.learn(
                answer.links(), clients.get().at(answer.clientHi(), answer.clientLo()), nowNs);
    FastPath kernel = fastPath;
    if (kernel == null) {
      return learn;
    }
    return new Commit() {
      @Override
      public void commit(Answer answer, long nowNs) {
        learn.commit(answer, nowNs);
        kernel.commit(answer, nowNs);
      }

      @Override
      public void endOfBatch(long nowNs) {
        kernel.endOfBatch(nowNs);
      }

      @Override
      public void tidy(long nowNs) {
        kernel.tidy(nowNs);
      }
    };
  }

  /** An address lost a membership before its time. */
  void retracted(long hi, long lo) {
    if (fastPath != null) {
      fastPath.retracted(hi, lo);
    }
  }

  /**
   * Forgets what was accepted by another ruleset; this one has to be published.
   *
   * @throws KernelRulesException if the kernel may still accept it
   */
  void renew(Ruleset ruleset, RulesConfig rules, long nowNs) throws KernelRulesException {
    if (fastPath != null) {
      fastPath.renew(ruleset, rules, nowNs);
    }
  }

  @Override
  public void close() {
    if (batch != null) {
      batch.close();
    }
  }
}
