// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The load of {@code load.c}, from a room of a lab.
 *
 * <p><b>Errors:</b> any connection that fails and any answer that is lost or wrong is a {@link
 * BenchFailure}: a figure beside it would mean nothing.
 */
final class Load {
  /** A rate of requests a second that means: each when the one before it is done. */
  static final int BACK_TO_BACK = 0;

  private static final long HIGHEST_NS = 60_000_000_000L;
  private static final String BASE4 = "198.18.0.1";
  private static final String BASE6 = "2001:db8:18::1";

  private final Bed bed;
  private final Room room;

  private Load(Bed bed, Room room) {
    this.bed = bed;
    this.room = room;
  }

  static Load in(Bed bed, Room room) {
    return new Load(bed, room);
  }

  /** Latencies of TCP connects to so many learnt addresses in turn. */
  Histogram connect(int family, int spread, int rate, int count) {
    return latency(
        count, rate, "connect", base(family), port(), "" + spread, "" + rate, "" + count);
  }

  /** TCP connects a second, by threads that each make one after the other. */
  double connectsPerSecond(int family, int spread, int threads, int seconds) {
    return perSecond(
        seconds, "connects", base(family), port(), "" + spread, "" + threads, "" + seconds);
  }

  /** What is asked for: which names, how often each, and for how many addresses. */
  record Names(String domain, long first, int spread, int addresses, int family) {
    List<String> arguments() {
      return List.of(domain, "" + first, "" + spread, "" + addresses, "" + family);
    }
  }

  /** Latencies of DNS queries. */
  Histogram query(String server, Names names, int rate, int count) {
    List<String> command = new ArrayList<>(List.of("query", server, "" + Bed.DNS_PORT));
    command.addAll(names.arguments());
    command.addAll(List.of("" + rate, "" + count));
    return latency(count, rate, command.toArray(String[]::new));
  }

  /** DNS replies a second, with so many queries under way. */
  double queriesPerSecond(String server, Names names, int outstanding, int seconds) {
    List<String> command = new ArrayList<>(List.of("queries", server, "" + Bed.DNS_PORT));
    command.addAll(names.arguments());
    command.addAll(List.of("" + outstanding, "" + seconds));
    return perSecond(seconds, command.toArray(String[]::new));
  }

  /** Looks up the first so many of the listed names, each once. */
  void lookUpAll(String server, int names, int family) {
    var wanted = new Names(FullPolicy.LISTED, 0, names, FullPolicy.ADDRESSES_PER_NAME, family);
    query(server, wanted, BACK_TO_BACK, names);
  }

  /**
   * Datagrams to the first so many learnt addresses in turn, which nobody answers.
   *
   * @return how many a second were sent
   */
  double flood(int family, int port, int spread, int rate, int count) {
    return perSecond(
        count / rate, "flood", base(family), "" + port, "" + spread, "" + rate, "" + count);
  }

  /** Latencies of looking up a fresh name and connecting to its address. */
  Histogram first(String server, String domain, int family, int rate, int count) {
    return first(server, domain, bed.freshNames(count), family, rate, count);
  }

  /**
   * @throws BenchFailure when the address that this name leads to cannot be connected to
   */
  void expectAllowed(String server, String domain, long number, int family) {
    var unused = first(server, domain, number, family, BACK_TO_BACK, 1);
  }

  private Histogram first(
      String server, String domain, long number, int family, int rate, int count) {
    return latency(
        count,
        rate,
        "first",
        server,
        "" + Bed.DNS_PORT,
        domain,
        "" + number,
        "" + family,
        "" + rate,
        "" + count,
        port());
  }

  /**
   * @throws BenchFailure when a connection is made that no policy allows, or refused at once
   */
  void expectDenied(String address) {
    String[] command = {
      "timeout",
      "1",
      bed.checkout().program("load"),
      "connect",
      address,
      port(),
      "1",
      "0",
      "1",
      "/dev/null"
    };
    Shell.Output output = bed.exec(room, command);
    // 124: still waiting for an answer when the time was up.
    if (output.exit() != 124) {
      throw new BenchFailure("wrong verdict: " + address + " is not denied: " + output);
    }
  }

  private static String base(int family) {
    return family == 4 ? BASE4 : BASE6;
  }

  private static String port() {
    return "" + Bed.TARGET_PORT;
  }

  private Histogram latency(int count, int rate, String... arguments) {
    try {
      Path samples = Files.createTempFile(bed.work(), "samples", "");
      List<String> command = new ArrayList<>(List.of(arguments));
      command.add(samples.toString());
      run(rate == BACK_TO_BACK ? 0 : count / rate, command);
      Histogram histogram = read(samples, count);
      Files.delete(samples);
      return histogram;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double perSecond(int seconds, String... arguments) {
    return run(seconds, List.of(arguments))
        .text()
        .lines()
        .filter(line -> line.startsWith("persecond "))
        .mapToDouble(line -> Double.parseDouble(line.substring("persecond ".length())))
        .findFirst()
        .orElseThrow(() -> new BenchFailure("no rate: " + String.join(" ", arguments)));
  }

  private Shell.Output run(long seconds, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(bed.checkout().program("load")));
    command.addAll(arguments);
    Shell.Output output =
        bed.exec(room, Duration.ofSeconds(seconds + 60), command.toArray(String[]::new));
    if (output.exit() != 0) {
      throw new BenchFailure(
          "wrong verdict or lost answer in %s: %s%n%s"
              .formatted(bed.namespace(room), String.join(" ", arguments), output.text()));
    }
    return output;
  }

  private static Histogram read(Path samples, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(samples)).order(ByteOrder.nativeOrder());
    Histogram histogram = new Histogram(HIGHEST_NS, 3);
    while (bytes.hasRemaining()) {
      histogram.recordValue(Math.min(HIGHEST_NS, bytes.getLong()));
    }
    if (histogram.getTotalCount() != count) {
      throw new BenchFailure("%d samples, expected %d".formatted(histogram.getTotalCount(), count));
    }
    return histogram;
  }
}
