// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of the queues in the network namespace of a process.
 *
 * @spec net/netfilter/nfnetlink_queue.c: seq_show
 */
final class Queues {
  private static final int WAITING = 2;
  private static final int QUEUE_DROPPED = 5;
  private static final int USER_DROPPED = 6;

  private Queues() {}

  /** Packets that wait for a verdict. */
  static long waiting(Process consumer) {
    return sum(consumer, WAITING);
  }

  /** Packets that were dropped because a queue or its socket's buffer was full. */
  static long dropped(Process consumer) {
    return sum(consumer, QUEUE_DROPPED) + sum(consumer, USER_DROPPED);
  }

  private static long sum(Process consumer, int column) {
    Path queues = Path.of("/proc/" + consumer.pid() + "/net/netfilter/nfnetlink_queue");
    try {
      return Files.readAllLines(queues).stream()
          .mapToLong(line -> Long.parseLong(line.trim().split(" +", -1)[column]))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
