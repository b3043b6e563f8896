// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * What a test does at several vantages at once: look names up, and see what can be reached. Names
 * are those of {@link Sites}, with {@code {e}} for the endpoint.
 *
 * <p>An attempt that is expected to be blocked must not arrive outside either; one that is expected
 * to reach must.
 */
final class Scene {
  static final int HTTP = 80;
  static final int HTTPS = 443;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final NamesLab names;
  private final List<Vantage> vantages;
  private Connectivity expected;
  private final Set<String> reached = new HashSet<>();
  private final Set<String> blocked = new HashSet<>();

  Scene(NamesLab names, List<Vantage> vantages) {
    this.names = names;
    this.vantages = vantages;
    this.expected = new Connectivity(names.lab());
  }

  private Lab lab() {
    return names.lab();
  }

  private String address(String name, Vantage vantage) {
    return names.sites().address(name, vantage);
  }

  private static String arrival(String address, int port) {
    return address + ",tcp:" + port;
  }

  Scene expectReachable(String name, int port, String why) {
    vantages.forEach(at -> expectReachable(at.room(), address(name, at), port, why));
    return this;
  }

  Scene expectReachable(Room from, String address, int port, String why) {
    expected.expectReachable(from, address, port, why);
    reached.add(arrival(address, port));
    return this;
  }

  Scene expectBlocked(String name, int port, String why) {
    vantages.forEach(at -> expectBlocked(at.room(), address(name, at), port, why));
    return this;
  }

  Scene expectBlocked(Room from, String address, int port, String why) {
    expected.expectBlocked(from, address, port, why);
    blocked.add(arrival(address, port));
    return this;
  }

  /** Tries all that was expected, and looks at what arrived outside. */
  Scene check() {
    names.forgetWhatArrived();
    expected.check();
    Set<String> arrived = names.arrived();
    Set<String> leaked = new HashSet<>(blocked);
    leaked.removeAll(reached);
    leaked.retainAll(arrived);
    assertEquals(Set.of(), leaked, "blocked, and yet it arrived outside");
    Set<String> lost = new HashSet<>(reached);
    lost.removeAll(arrived);
    assertEquals(Set.of(), lost, "reached somebody else than the outside");
    reached.clear();
    blocked.clear();
    return this;
  }

  /** Asks the trusted server for these names; the answers must arrive. */
  Scene resolve(String... asked) {
    return resolve(at -> at.trusted(), 53, asked);
  }

  /** Asks a server for these names; the answers must arrive, whether or not they teach. */
  Scene resolve(Function<Vantage, String> server, int port, String... asked) {
    atOnce(
        at -> {
          for (String name : asked) {
            String answer = dig(at, server.apply(at), port, Sites.of(name, at)).orFail().stdout();
            assertAnswers(address(name, at), answer, at + " asks for " + name);
          }
          return "";
        });
    return this;
  }

  private static void assertAnswers(String address, String answer, String what) {
    assertEquals(1, answer.lines().filter(address::equals).count(), () -> what + ": " + answer);
  }

  CommandResult dig(Vantage at, String server, int port, String name, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("dig", "+short", "+tries=1", "+timeout=5", "-p", "" + port, "@" + server));
    command.addAll(List.of(name, at.type()));
    command.addAll(List.of(options));
    return lab().exec(at.room(), command.toArray(String[]::new));
  }

  /** Each is blocked before and reachable after it was looked up. */
  void opensWhenResolved(String... asked) {
    for (String name : asked) {
      expectBlocked(name, HTTP, "nobody asked for it yet");
    }
    check().resolve(asked);
    for (String name : asked) {
      expectReachable(name, HTTP, "allowed by name");
    }
    check();
  }

  /** Each stays blocked though it was looked up; by its control name it can be reached. */
  void staysBlockedWhenResolved(String... asked) {
    resolve(asked);
    for (String name : asked) {
      expectBlocked(name, HTTP, "the name is not allowed");
    }
    check();
    opensByControlName(asked);
  }

  /** The addresses of these can be reached once an allowed name leads there. */
  void opensByControlName(String... asked) {
    atOnce(
        at -> {
          for (String name : asked) {
            String control = names.sites().control(name, at);
            String answer = dig(at, at.trusted(), 53, control).orFail().stdout();
            assertAnswers(address(name, at), answer, control);
          }
          return "";
        });
    for (String name : asked) {
      expectReachable(name, HTTP, "an allowed name leads there");
    }
    check();
  }

  /** Looks a name up and connects at once, in one go: for answers that live a short time. */
  void resolveAndConnect(String name, int port) {
    atOnce(
        at -> {
          String address = address(name, at);
          String dig = "dig +short +tries=1 +timeout=5 @" + at.trusted() + " ";
          String connect = "nc -zn -w 5 " + address + " " + port;
          String script = dig + Sites.of(name, at) + " " + at.type() + "; " + connect;
          String answer = lab().exec(at.room(), "sh", "-ec", script).orFail().stdout();
          assertAnswers(address, answer, at + " asks for " + name);
          return "";
        });
  }

  /** Tries again and again until none of the vantages reaches it any more. */
  void awaitBlocked(String name, int port) {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    List<Connectivity.Outcome> seen;
    do {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError(name + " can be reached still after " + LIMIT);
      }
      // An attempt that succeeds closes at once and takes milliseconds; a blocked one takes 1 s.
      seen = atOnce(at -> expected.probe(at.room(), address(name, at), port));
    } while (seen.contains(Connectivity.Outcome.REACHED));
  }

  /** Does this at every vantage, all at the same time. */
  <T> List<T> atOnce(Function<Vantage, T> step) {
    ExecutorService pool = Executors.newFixedThreadPool(vantages.size());
    try {
      List<Future<T>> running = new ArrayList<>();
      vantages.forEach(at -> running.add(pool.submit(() -> step.apply(at))));
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
