// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.PipelineConfig;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.RulesConfig;

/**
 * Every setting of the daemon, validated; the parts belong to those who use them.
 *
 * @param rules what the kernel is to send to us
 * @param flowsQueue the queue of new flows
 * @param dnsQueue the queue of DNS replies
 * @param cache bounds and lifetimes of what is learnt
 * @param pipeline how packets are processed
 * @param leaveRulesOnExit whether our rules stay in the kernel when the daemon stops; then what
 *     {@code failureMode} says holds until it is started again
 */
public record DaemonConfig(
    RulesConfig rules,
    QueueConfig flowsQueue,
    QueueConfig dnsQueue,
    CacheConfig cache,
    PipelineConfig pipeline,
    boolean leaveRulesOnExit) {}
