// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A table of who may reach what over TCP: expectations are collected, tried all at once, and when
 * one does not hold the whole table is shown.
 *
 * <p>An attempt is one {@code connect} by {@code nc}. One that is expected to be blocked is given 1
 * s, because what is dropped only shows by silence; one that is expected to succeed gets 5 s, so
 * that a slow machine does not fail a test.
 */
public final class Connectivity {
  /** What an attempt met. */
  public enum Outcome {
    REACHED,
    /** A reset, or an ICMP error: somebody said no. */
    REFUSED,
    SILENCE
  }

  private record Expectation(Room from, String address, int port, boolean reachable, String why) {}

  private record Row(Expectation expectation, Outcome outcome, String detail) {
    boolean holds() {
      return expectation.reachable == (outcome == Outcome.REACHED);
    }
  }

  private static final int PROBES_AT_ONCE = 8;

  private final Lab lab;
  private final List<Expectation> expectations = new ArrayList<>();

  public Connectivity(Lab lab) {
    this.lab = lab;
  }

  public Connectivity expectReachable(Room from, String address, int port, String why) {
    expectations.add(new Expectation(from, address, port, true, why));
    return this;
  }

  public Connectivity expectBlocked(Room from, String address, int port, String why) {
    expectations.add(new Expectation(from, address, port, false, why));
    return this;
  }

  /**
   * Tries all that was expected since the last check.
   *
   * @throws AssertionError with the whole table, when one row is not as expected
   */
  public void check() {
    List<Expectation> tried = List.copyOf(expectations);
    expectations.clear();
    List<Row> rows = probe(tried);
    if (!rows.stream().allMatch(Row::holds)) {
      throw new AssertionError("connectivity is not as expected:\n" + table(rows));
    }
  }

  /** One attempt, for callers that need the outcome itself. */
  public Outcome probe(Room from, String address, int port) {
    return attempt(new Expectation(from, address, port, false, "")).outcome;
  }

  private List<Row> probe(List<Expectation> tried) {
    ExecutorService pool = Executors.newFixedThreadPool(PROBES_AT_ONCE);
    try {
      List<Future<Row>> running = new ArrayList<>();
      for (Expectation expectation : tried) {
        running.add(pool.submit(() -> attempt(expectation)));
      }
      List<Row> rows = new ArrayList<>();
      for (Future<Row> row : running) {
        rows.add(row.get());
      }
      return rows;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError("a probe could not be run", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Row attempt(Expectation expectation) {
    String waitSeconds = expectation.reachable ? "5" : "1";
    String port = Integer.toString(expectation.port);
    CommandResult result =
        lab.exec(
            expectation.from,
            Duration.ofSeconds(15),
            "nc",
            "-zvn",
            "-w",
            waitSeconds,
            expectation.address,
            port);
    String said = result.stderr().toLowerCase(Locale.ROOT);
    Outcome outcome;
    if (result.succeeded()) {
      outcome = Outcome.REACHED;
    } else if (said.contains("timed out")) {
      outcome = Outcome.SILENCE;
    } else if (said.contains("refused")
        || said.contains("reset")
        || said.contains("unreachable")
        || said.contains("no route")
        || said.contains("denied")
        || said.contains("prohibited")) {
      outcome = Outcome.REFUSED;
    } else {
      throw new AssertionError("nc said something unknown: " + result);
    }
    return new Row(expectation, outcome, result.stderr().trim());
  }

  private static String table(List<Row> rows) {
    StringBuilder table = new StringBuilder();
    String format = "%-4s %-10s %-28s %-10s %-10s %s%n";
    table.append(String.format(format, "", "from", "to", "expected", "seen", "why"));
    for (Row row : rows) {
      Expectation expected = row.expectation;
      String to =
          expected.address.indexOf(':') >= 0
              ? "[" + expected.address + "]:" + expected.port
              : expected.address + ":" + expected.port;
      table.append(
          String.format(
              format,
              row.holds() ? "ok" : "NOT",
              expected.from,
              to,
              expected.reachable ? "reached" : "blocked",
              row.outcome.name().toLowerCase(Locale.ROOT),
              expected.why));
    }
    return table.toString();
  }
}
