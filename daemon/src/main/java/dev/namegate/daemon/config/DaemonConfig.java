// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.PipelineConfig;
import dev.namegate.daemon.pipeline.StageThreads;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.Backend;
import dev.namegate.nfq.rules.FlowQueueSpread;
import dev.namegate.nfq.rules.HeldRules;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every setting of the daemon, validated; the parts belong to those who use them.
 *
 * @param rules what the kernel is to send to us
 * @param iptablesBackend the backend to install into; empty to look which one this host uses
 * @param flowsQueue the queue of new flows; if there are several, the first, and the others are
 *     like it
 * @param dnsQueue the queue of DNS replies
 * @param cache bounds and lifetimes of what is learnt
 * @param pipeline how packets are processed
 * @param learning how answers are learnt and what waits for them
 * @param leaveRulesOnExit whether our rules stay in the kernel when the daemon stops; then what
 *     {@code failureMode} says holds until it is started again
 */
public record DaemonConfig(
    RulesConfig rules,
    Optional<Backend> iptablesBackend,
    QueueConfig flowsQueue,
    QueueConfig dnsQueue,
    CacheConfig cache,
    PipelineConfig pipeline,
    LearningConfig learning,
    boolean leaveRulesOnExit) {

  /** All queues of new flows. */
  public List<QueueConfig> flowQueues() {
    return rules.allFlowQueues().stream().map(flowsQueue::withNumber).toList();
  }

  /** The backend that was asked for, or else the one that this host uses. */
  public Backend backend(HeldRules held) throws KernelRulesException {
    return iptablesBackend.isPresent() ? iptablesBackend.get() : held.backend();
  }

  /**
   * What the running daemon, which has this configuration, cannot take over from the other one;
   * empty if all of it can be. The kernel's rules can be replaced while it runs, the queues,
   * threads and bounds cannot.
   *
   * @return a sentence for each setting, such as {@code flowsNfqueueID: 102 stays in force until a
   *     restart, then 202}
   */
  public List<String> changesThatNeedRestart(DaemonConfig other) {
    Differences differences = new Differences();
    differences.compare("iptablesBackend", backendName(), other.backendName());
    compareQueues(other, differences);
    compareCaches(cache, other.cache, differences);
    comparePipelines(pipeline, other.pipeline, differences);
    compareLearning(learning, other.learning, differences);
    return List.copyOf(differences.found);
  }

  /**
   * This configuration with all of the other one that can be taken over by a daemon that runs: the
   * rules, but for the numbers of the queues and of the NFLOG group that they lead to, and what
   * happens to them on exit.
   */
  public DaemonConfig withLiveChanges(DaemonConfig other) {
    return new DaemonConfig(
        other.rules.toBuilder()
            .dnsQueue(rules.dnsQueue())
            .flowsQueue(rules.flowsQueue())
            .flowQueues(rules.flowQueues())
            .flowQueueSpread(rules.flowQueueSpread())
            .queryLogGroup(rules.queryLogGroup())
            .replyLogGroup(rules.replyLogGroup())
            .acceptSets(rules.acceptSets())
            .build(),
        iptablesBackend,
        flowsQueue,
        dnsQueue,
        cache,
        pipeline,
        learning.withLiveChanges(other.learning),
        other.leaveRulesOnExit);
  }

  private String backendName() {
    return iptablesBackend.map(each -> each == Backend.NFT ? "NFT" : "Legacy").orElse("Auto");
  }

  private void compareQueues(DaemonConfig other, Differences differences) {
    differences.compare("flowsNfqueueID", flowsQueue.number(), other.flowsQueue.number());
    differences.compare("flowQueues", rules.flowQueues(), other.rules.flowQueues());
    differences.compare("flowQueueSpread", spread(rules), spread(other.rules));
    differences.compare("dnsPacketsNfqueueID", dnsQueue.number(), other.dnsQueue.number());
    differences.compare("dnsQueryNflogGroup", rules.queryLogGroup(), other.rules.queryLogGroup());
    differences.compare("queueLength", flowsQueue.maxLength(), other.flowsQueue.maxLength());
    differences.compare(
        "receiveBufferBytes",
        flowsQueue.receiveBufferBytes(),
        other.flowsQueue.receiveBufferBytes());
  }

  private static void compareCaches(CacheConfig now, CacheConfig then, Differences differences) {
    differences.compare("maxNames", now.maxNames(), then.maxNames());
    differences.compare("maxAddresses", now.maxAddresses(), then.maxAddresses());
    differences.compare(
        "maxAddressesPerName", now.maxAddressesPerName(), then.maxAddressesPerName());
    differences.compare("dnsMinTTL", ofNanos(now.minTtlNs()), ofNanos(then.minTtlNs()));
    differences.compare("dnsMaxTTL", ofNanos(now.maxTtlNs()), ofNanos(then.maxTtlNs()));
    differences.compare("dnsExtraTTL", ofNanos(now.extraTtlNs()), ofNanos(then.extraTtlNs()));
    differences.compare("dnsLearningScope", scope(now.perClient()), scope(then.perClient()));
  }

  private static void comparePipelines(
      PipelineConfig now, PipelineConfig then, Differences differences) {
    differences.compare("stageThreads", word(now.stageThreads()), word(then.stageThreads()));
    differences.compare(
        "pollWindow", GoDuration.format(now.pollWindow()), GoDuration.format(then.pollWindow()));
    differences.compare(
        "dnsPacketsNfqueueMaxHoldDuration",
        GoDuration.format(now.maxHold()),
        GoDuration.format(then.maxHold()));
    differences.compare("dnsPacketsNfqueueSize", now.replySlots(), then.replySlots());
    differences.compare("flowRingSlots", now.flowSlots(), then.flowSlots());
    differences.compare("flowCpus", now.flowCpus(), then.flowCpus());
    differences.compare("dnsCpus", now.dnsCpus(), then.dnsCpus());
  }

  private static void compareLearning(
      LearningConfig now, LearningConfig then, Differences differences) {
    differences.compare("dnsPolicyNfqueueID", now.heldQueue().number(), then.heldQueue().number());
    differences.compare("dnsPolicyNfqueueSize", now.heldSlots(), then.heldSlots());
    differences.compare(
        "dnsPolicyNfqueueMaxHoldDuration",
        GoDuration.format(now.maxDeniedHold()),
        GoDuration.format(then.maxDeniedHold()));
    differences.compare("dnsReplyNflogGroup", now.replyLogGroup(), then.replyLogGroup());
    differences.compare(
        "kernelFastPath", enabled(now.kernelFastPath()), enabled(then.kernelFastPath()));
    differences.compare("maxFastPathEntries", now.maxFastPathEntries(), then.maxFastPathEntries());
    differences.compare("learnAddressHints", now.learnAddressHints(), then.learnAddressHints());
    differences.compare("dnsCacheFile", file(now.cacheFile()), file(then.cacheFile()));
    differences.compare(
        "dnsCacheSaveInterval",
        GoDuration.format(now.cacheSaveInterval()),
        GoDuration.format(then.cacheSaveInterval()));
    differences.compare("maxTCPStreams", now.maxTcpStreams(), then.maxTcpStreams());
    differences.compare("maxTCPBytes", now.maxTcpBytes(), then.maxTcpBytes());
  }

  private static String spread(RulesConfig rules) {
    return rules.flowQueueSpread() == FlowQueueSpread.CPU ? "Cpu" : "Addresses";
  }

  private static String enabled(boolean is) {
    return is ? "Enabled" : "Disabled";
  }

  private static String scope(boolean perClient) {
    return perClient ? "PerClient" : "HostWide";
  }

  private static String file(Optional<Path> path) {
    return path.map(Path::toString).orElse("the one in the run directory");
  }

  private static String word(StageThreads threads) {
    return threads == StageThreads.POLLED ? "Polled" : "Own";
  }

  private static String ofNanos(long nanos) {
    return GoDuration.format(Duration.ofNanos(nanos));
  }

  /** Collects a sentence for each pair that differs. */
  private static final class Differences {
    final List<String> found = new ArrayList<>();

    void compare(String setting, Object now, Object then) {
      if (!now.equals(then)) {
        found.add(setting + ": " + now + " stays in force until a restart, then " + then);
      }
    }
  }
}
