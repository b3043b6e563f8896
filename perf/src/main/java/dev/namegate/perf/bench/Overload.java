// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * More new flows than come in usual life: a burst while the consumer is stopped, then how fast it
 * empties its queue; and a rate that goes on for seconds. What is lost on the way is counted where
 * it would have arrived.
 */
final class Overload {
  static final int PORT = 4433;

  private static final int NAMES = 10;
  private static final int ADDRESSES_PER_NAME = 100;
  private static final int SPREAD = NAMES * ADDRESSES_PER_NAME;
  private static final int BURST = 60_000;
  private static final int BURST_RATE = 100_000;
  private static final int RATE = 100_000;
  private static final long DRAIN_LIMIT_NS = Duration.ofSeconds(30).toNanos();

  /** What the other side counts, and lets nobody answer. */
  private static final String COUNTER = "-p udp --dport " + PORT + " -j DROP";

  private final Bed bed;
  private final Process consumer;

  private Overload(Bed bed, String consumer) {
    this.bed = bed;
    this.consumer = bed.process(consumer);
  }

  /** Puts the counter in place and looks up the names, so that namegate allows the flows. */
  static void prepare(Bed bed, Variant variant) {
    String rule = "iptables -w -t raw -A PREROUTING " + COUNTER;
    bed.exec(Room.NET, rule.split(" ", -1)).orFail();
    var names = new Load.Names(FullPolicy.FLOOD, 0, NAMES, ADDRESSES_PER_NAME, 4);
    Load.in(bed, Room.WORKLOAD).query(variant.server(4), names, Load.BACK_TO_BACK, NAMES);
  }

  /** A burst while it is stopped; verdicts a second once it goes on. */
  static Outcome burst(Bed bed, Variant variant) {
    return new Overload(bed, variant.process()).burst();
  }

  /** A rate that goes on; how much of it a second arrives. */
  static Outcome sustained(Bed bed, Variant variant, int seconds) {
    return new Overload(bed, variant.process()).sustained(seconds);
  }

  private Outcome burst() {
    long before = arrived();
    signal("STOP");
    try {
      Load.in(bed, Room.WORKLOAD).flood(PORT, SPREAD, BURST_RATE, BURST);
      // Stopped for a second in all.
      Shell.pause(Duration.ofMillis(400));
    } finally {
      signal("CONT");
    }
    long waiting = waiting();
    long startNs = System.nanoTime();
    awaitEmpty(startNs);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    return Outcome.rate(waiting / seconds, BURST - (arrived() - before));
  }

  private Outcome sustained(int seconds) {
    long before = arrived();
    int count = RATE * seconds;
    double offered = Load.in(bed, Room.WORKLOAD).flood(PORT, SPREAD, RATE, count);
    awaitEmpty(System.nanoTime());
    long arrived = arrived() - before;
    return Outcome.rate(offered * arrived / count, count - arrived);
  }

  private void signal(String signal) {
    Shell.run("kill", "-" + signal, "" + consumer.pid()).orFail();
  }

  private void awaitEmpty(long startNs) {
    while (waiting() > 0) {
      if (System.nanoTime() - startNs > DRAIN_LIMIT_NS) {
        throw new BenchFailure("the queue is not empty after 30 s: " + waiting());
      }
      Shell.pause(Duration.ofMillis(1));
    }
  }

  /** Packets in the queues of the consumer's namespace. */
  private long waiting() {
    Path queues = Path.of("/proc/" + consumer.pid() + "/net/netfilter/nfnetlink_queue");
    try {
      // The third column of each queue's line.
      return Files.readAllLines(queues).stream()
          .mapToLong(line -> Long.parseLong(line.trim().split(" +", -1)[2]))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long arrived() {
    String listed =
        bed.exec(Room.NET, "iptables", "-w", "-t", "raw", "-nvxL", "PREROUTING").orFail().text();
    List<String> lines = listed.lines().filter(line -> line.contains("dpt:" + PORT)).toList();
    return Long.parseLong(lines.get(0).trim().split(" +", -1)[0]);
  }
}
