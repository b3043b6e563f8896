// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.daemon.pipeline.DnsPolicyMode;
import dev.namegate.nfq.QueueConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How answers are learnt, what waits for them, and where they are kept.
 *
 * @param mode what is held until an answer is learnt
 * @param kernelFastPath whether the kernel accepts by itself what policy would allow
 * @param maxFastPathEntries the most entries of one accept set
 * @param learnAddressHints whether the address hints of HTTPS and SVCB records teach
 * @param cacheFile what is known survives a restart there; empty for the file in the run directory
 * @param cacheSaveInterval how often it is written
 * @param cacheEpoch another number makes the daemon forget all it has learnt
 * @param heldQueue the queue of denied packets that an answer may still allow
 * @param heldSlots the most of them at a time
 * @param maxDeniedHold how long one is held at most
 * @param replyLogGroup the NFLOG group of copied DNS replies
 * @param maxTcpStreams the most connections whose DNS replies are put together at a time
 * @param maxTcpBytes the most bytes of them that wait for the rest of a message
 */
public record LearningConfig(
    DnsPolicyMode mode,
    boolean kernelFastPath,
    int maxFastPathEntries,
    boolean learnAddressHints,
    Optional<Path> cacheFile,
    Duration cacheSaveInterval,
    int cacheEpoch,
    QueueConfig heldQueue,
    int heldSlots,
    Duration maxDeniedHold,
    int replyLogGroup,
    int maxTcpStreams,
    int maxTcpBytes) {

  /** This configuration with all of the other one that a daemon which runs can take over. */
  LearningConfig withLiveChanges(LearningConfig other) {
    return new LearningConfig(
        other.mode,
        kernelFastPath,
        maxFastPathEntries,
        learnAddressHints,
        cacheFile,
        cacheSaveInterval,
        other.cacheEpoch,
        heldQueue,
        heldSlots,
        maxDeniedHold,
        replyLogGroup,
        maxTcpStreams,
        maxTcpBytes);
  }
}
