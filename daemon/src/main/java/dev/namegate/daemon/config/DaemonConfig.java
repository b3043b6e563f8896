// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.PipelineConfig;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.Backend;
import dev.namegate.nfq.rules.CommandRunner;
import dev.namegate.nfq.rules.KernelRules;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import java.util.Optional;

/**
 * Every setting of the daemon, validated; the parts belong to those who use them.
 *
 * @param rules what the kernel is to send to us
 * @param iptablesBackend the backend to install into; empty to look which one this host uses
 * @param flowsQueue the queue of new flows
 * @param dnsQueue the queue of DNS replies
 * @param cache bounds and lifetimes of what is learnt
 * @param pipeline how packets are processed
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
    boolean leaveRulesOnExit) {

  /** The backend that was asked for, or else the one that this host uses. */
  public Backend backend(CommandRunner runner) throws KernelRulesException {
    return iptablesBackend.isPresent() ? iptablesBackend.get() : KernelRules.detectBackend(runner);
  }
}
