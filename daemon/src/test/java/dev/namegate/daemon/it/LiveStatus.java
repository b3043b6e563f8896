// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.control.ControlClient;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a daemon of the lab counts and knows, asked of its control socket by the test itself: no
 * process is started for it, so that it can be asked while something is held.
 */
final class LiveStatus {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final long PAUSE_MS = 10;

  private final DaemonProcess daemon;

  LiveStatus(DaemonProcess daemon) {
    this.daemon = daemon;
  }

  /** The value of a counter now. */
  long count(Counter counter) {
    Map<?, ?> counters = (Map<?, ?>) read().get("counters");
    return number(counters.get(counter.exportedName()), counter.exportedName());
  }

  /** A fact that is a number, such as {@code dnsQueueWaiting}. */
  long fact(String name) {
    return number(read().get(name), name);
  }

  /** A fact that is a list, as texts. */
  List<String> list(String name) {
    if (read().get(name) instanceof List<?> values) {
      return values.stream().map(String::valueOf).toList();
    }
    throw new AssertionError("the status has no list " + name + ": " + read());
  }

  /** All of it, for messages. */
  String text() {
    return read().toString();
  }

  private static long number(Object value, String name) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new AssertionError("the status has no number " + name + " but " + value);
  }

  private Map<?, ?> read() {
    try {
      String json = ControlClient.ask(daemon.runDirectory(), "status");
      return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json);
    } catch (IOException e) {
      throw new UncheckedIOException(daemon.process().log(), e);
    }
  }

  /** Waits until the counter is as wanted. */
  void await(Counter counter, LongPredicate wanted) {
    await(
        () -> wanted.test(count(counter)), () -> counter + " is " + count(counter) + ": " + read());
  }

  /** Waits until the fact is as wanted. */
  void awaitFact(String name, LongPredicate wanted) {
    await(() -> wanted.test(fact(name)), () -> name + " is " + fact(name) + ": " + read());
  }

  /**
   * Looks again and again until it is so.
   *
   * @throws AssertionError with the explanation, when it is not so after 15 s
   */
  static void await(BooleanSupplier condition, Supplier<String> explanation) {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("not so after " + LIMIT + ": " + explanation.get());
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
