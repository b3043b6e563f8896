// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Packets sent through {@link Lines}, and which of them are to arrive outside.
 *
 * <p>What is denied shows only by its absence. So the last packets of each volley go through the
 * line that is open: the flows queue is first in, first out, and when those have arrived all that
 * was sent before them has its verdict.
 */
final class Volley {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Far from the numbers that tests use. */
  private static final int LAST_PORT = 64_999;

  private static int serial;

  /** One packet of one side and family. */
  private record Packet(
      Lines.Side side, String line, Shot shot, String source, String destination, boolean passes) {
    String key() {
      return source + " > " + destination;
    }

    String describe(boolean arrived) {
      String verdict = arrived ? "arrived" : "did not arrive";
      return "%s %s %s to %s: %s".formatted(side, line, shot, destination, verdict);
    }

    String command() {
      return side.device(line)
          + " "
          + destination
          + " "
          + HexFormat.of().formatHex(shot.packet(source, destination));
    }
  }

  private final Lines lines;
  private final List<Lines.Side> sides;
  private final List<Packet> packets = new ArrayList<>();
  private String line;

  Volley(Lines lines, List<Lines.Side> sides, String line) {
    this.lines = lines;
    this.sides = sides;
    this.line = line;
  }

  /** Goes on with another line. */
  Volley from(String another) {
    line = another;
    return this;
  }

  Volley passes(Shot... shots) {
    for (Shot shot : shots) {
      add(shot, true);
    }
    return this;
  }

  Volley stops(Shot... shots) {
    for (Shot shot : shots) {
      add(shot, false);
    }
    return this;
  }

  private void add(Shot shot, boolean passes) {
    for (Lines.Side side : sides) {
      for (boolean v6 : new boolean[] {false, true}) {
        if (shot.isOf(v6)) {
          packets.add(packet(side, line, shot, v6, passes));
        }
      }
    }
  }

  private Packet packet(Lines.Side side, String line, Shot shot, boolean v6, boolean passes) {
    String given = shot.destination();
    String destination = given != null ? given : fresh(v6);
    return new Packet(side, line, shot, lines.source(side, line, v6), destination, passes);
  }

  /** An address that no packet of this process went to before. */
  private static synchronized String fresh(boolean v6) {
    serial++;
    int high = serial / 250;
    int low = serial % 250 + 1;
    return v6 ? "2001:db8:18::%x:%x".formatted(high + 1, low) : "198.18." + high + "." + low;
  }

  /** Sends all, and compares what arrived with what was to arrive. */
  void check() {
    outside("ipset flush shot4; ipset flush shot6");
    List<Packet> all = new ArrayList<>(packets);
    for (Lines.Side side : sides) {
      all.add(packet(side, Lines.OPEN, Shot.udp(LAST_PORT), false, true));
      all.add(packet(side, Lines.OPEN, Shot.udp(LAST_PORT), true, true));
    }
    Set<String> keys = all.stream().map(Packet::key).collect(Collectors.toSet());
    if (keys.size() < all.size()) {
      throw new IllegalArgumentException("two packets with the same addresses: " + all);
    }
    sides.forEach(side -> send(side, all));
    Set<String> arrived = arrivals(all);
    assertEquals(
        table(all, Set.of(), true), table(all, arrived, false), "which packets arrived outside");
  }

  /** What arrived, once all that was to arrive did, or nothing more can be expected to. */
  private Set<String> arrivals(List<Packet> all) {
    Set<String> wanted =
        all.stream().filter(Packet::passes).map(Packet::key).collect(Collectors.toSet());
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    Set<String> arrived = arrived();
    while (!arrived.containsAll(wanted) && System.nanoTime() - deadlineNs < 0) {
      arrived = arrived();
    }
    return arrived;
  }

  private static String table(List<Packet> all, Set<String> arrived, boolean expected) {
    return all.stream()
        .map(packet -> packet.describe(expected ? packet.passes : arrived.contains(packet.key())))
        .collect(Collectors.joining("\n"));
  }

  private void send(Lines.Side side, List<Packet> all) {
    List<String> commands =
        all.stream().filter(packet -> packet.side == side).map(Packet::command).toList();
    Lab lab = lines.names().lab();
    Path file = lab.work().resolve("shots-" + side + ".txt");
    try {
      Files.write(file, commands);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lab.execJava(side.room(), LIMIT, RawSender.class, file.toString()).orFail();
  }

  private Set<String> arrived() {
    return outside("ipset save shot4; ipset save shot6")
        .lines()
        .filter(text -> text.startsWith("add "))
        .map(text -> text.split(" ", -1)[2].split(",", -1))
        .map(fields -> fields[0] + " > " + fields[2])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String outside(String script) {
    return lines.names().lab().exec(Room.NET, "sh", "-ec", script).orFail().stdout();
  }
}
