// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The four policies of {@code docs/examples}, word for word: rows P1–P4. A person's view: {@code
 * curl} with a name, which looks up and connects at once.
 */
final class ExamplesIT {
  private static final String[] RECORDS = {
    "api.alice.com A 198.51.100.10",
    "api.alice.com AAAA 2001:db8:100::10",
    "bob.example.com A 198.51.100.20",
    "bob.example.com AAAA 2001:db8:100::20",
    "deep.sub.example.com A 198.51.100.21",
    "deep.sub.example.com AAAA 2001:db8:100::21",
    "example.com A 198.51.100.30",
    "example.com AAAA 2001:db8:100::30",
    "www.other.test A 198.51.100.40",
    "www.other.test AAAA 2001:db8:100::40",
    "alice.com A 198.51.100.50",
    "alice.com AAAA 2001:db8:100::50",
  };

  private static final int VISITS_AT_ONCE = 12;

  private static final String NO_CONNECTION = "no connection";
  private static final String NO_NAME = "no such name";

  /** What curl exits with. */
  private static final int COULD_NOT_CONNECT = 7;

  private static final int TIMED_OUT = 28;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  /** What a curl is to see, and what it saw. */
  private record Visit(Room from, String url, boolean v6, String expected) {
    String describe(String seen) {
      return "%s curl %s %s: %s".formatted(from, v6 ? "-6" : "-4", url, seen);
    }
  }

  private final List<Visit> visits = new ArrayList<>();

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    lab.trustedDns(RECORDS);
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static DaemonProcess example(String directory) {
    Path resources = Lab.checkout().resolve("docs/examples").resolve(directory);
    return DaemonProcess.start(lab, resources);
  }

  @Test
  void p01_globalNetworkPolicyAllowsItsDomainsToAllEndpointsItSelects() throws Exception {
    try (DaemonProcess daemon = example("1-global-network-policy")) {
      nothingBeforeTheLookup(daemon);
      allowed(Room.WORKLOAD);
      allowed(Room.WORKLOAD2);
      allowed(Room.HOST);
      run(daemon);
    }
  }

  @Test
  void p02_networkPolicyAllowsItsDomainsToItsNamespaceOnly() throws Exception {
    try (DaemonProcess daemon = example("2-network-policy")) {
      nothingBeforeTheLookup(daemon);
      allowed(Room.WORKLOAD);
      run(daemon);
      nothingElsewhere();
      run(daemon);
    }
  }

  @Test
  void p03_globalNetworkSetAllowsItsDomainsWhereItIsSelected() throws Exception {
    try (DaemonProcess daemon = example("3-global-network-set")) {
      nothingBeforeTheLookup(daemon);
      allowed(Room.WORKLOAD);
      allowed(Room.WORKLOAD2);
      allowed(Room.HOST);
      run(daemon);
    }
  }

  @Test
  void p04_networkSetAllowsItsDomainsToItsNamespaceOnly() throws Exception {
    try (DaemonProcess daemon = example("4-network-set")) {
      nothingBeforeTheLookup(daemon);
      allowed(Room.WORKLOAD);
      run(daemon);
      nothingElsewhere();
      run(daemon);
    }
  }

  /** By address, since a lookup would open it. */
  private void nothingBeforeTheLookup(DaemonProcess daemon) throws Exception {
    for (Room room : List.of(Room.WORKLOAD, Room.WORKLOAD2, Room.HOST)) {
      visits.add(new Visit(room, "http://198.51.100.10/", false, NO_CONNECTION));
      visits.add(new Visit(room, "http://[2001:db8:100::20]/", true, NO_CONNECTION));
    }
    run(daemon);
  }

  private void allowed(Room room) {
    expect(room, "api.alice.com", "198.51.100.10", "2001:db8:100::10");
    expect(room, "bob.example.com", "198.51.100.20", "2001:db8:100::20");
    expect(room, "deep.sub.example.com", "198.51.100.21", "2001:db8:100::21");
    expect(room, "example.com", NO_CONNECTION, NO_CONNECTION);
    expect(room, "www.other.test", NO_CONNECTION, NO_CONNECTION);
    expect(room, "alice.com", NO_CONNECTION, NO_CONNECTION);
  }

  /** After the policy's own workload looked the names up: what was learnt is no use to others. */
  private void nothingElsewhere() {
    for (Room room : List.of(Room.WORKLOAD2, Room.HOST)) {
      visits.add(new Visit(room, "http://198.51.100.10/", false, NO_CONNECTION));
      visits.add(new Visit(room, "http://[2001:db8:100::20]/", true, NO_CONNECTION));
    }
    // A workload that no policy selects may not even ask; the host asks by its failsafe ports.
    expect(Room.WORKLOAD2, "api.alice.com", NO_NAME, NO_NAME);
    expect(Room.HOST, "api.alice.com", NO_CONNECTION, NO_CONNECTION);
  }

  private void expect(Room room, String name, String v4, String v6) {
    visits.add(new Visit(room, "http://" + name + "/", false, v4));
    visits.add(new Visit(room, "http://" + name + "/", true, v6));
  }

  /** Makes all the visits noted so far, and compares. */
  private void run(DaemonProcess daemon) throws Exception {
    List<Visit> noted = List.copyOf(visits);
    visits.clear();
    ExecutorService pool = Executors.newFixedThreadPool(VISITS_AT_ONCE);
    try {
      List<Callable<String>> curls = new ArrayList<>();
      noted.forEach(visit -> curls.add(() -> curl(visit)));
      List<String> expected = new ArrayList<>();
      List<String> seen = new ArrayList<>();
      for (Future<String> one : pool.invokeAll(curls)) {
        Visit visit = noted.get(seen.size());
        expected.add(visit.describe(visit.expected));
        seen.add(visit.describe(one.get()));
      }
      assertEquals(
          String.join("\n", expected), String.join("\n", seen), () -> daemon.process().log());
    } finally {
      pool.shutdownNow();
    }
  }

  /** The address of the server that answered, or why there was none. */
  private static String curl(Visit visit) {
    // What must succeed gets time, so that a slow machine does not fail it.
    String seconds = visit.expected.equals(NO_CONNECTION) ? "1" : "4";
    CommandResult result =
        lab.exec(
            visit.from,
            "curl",
            visit.v6 ? "-6" : "-4",
            "-sS",
            "--connect-timeout",
            seconds,
            "--max-time",
            "8",
            visit.url);
    String said = result.stderr();
    if (result.succeeded()) {
      return result.stdout().replaceFirst(" .*\\s*", "");
    }
    if (said.contains("resolve") || said.contains("Resolving")) {
      return NO_NAME;
    }
    boolean refused = result.exit() == COULD_NOT_CONNECT || result.exit() == TIMED_OUT;
    return refused ? NO_CONNECTION : result.toString();
  }
}
