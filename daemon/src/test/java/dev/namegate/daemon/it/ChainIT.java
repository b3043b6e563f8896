// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Chains of aliases and messages that real servers do not send: rows L3, L4 and L16. The workload
 * asks over IPv4, the host over IPv6; only names below {@code good.test} are allowed.
 */
final class ChainIT {
  private static final int SHORT_TTL = 2;

  @SuppressWarnings("NullAway.Init") // set before all tests, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    List<String> records = new ArrayList<>();
    alias(records, "reversed.good.test", 300, "middle.other.test");
    alias(records, "middle.other.test", 300, "end.other.test");
    addresses(records, "end.other.test", 1);
    chain(records, "sixteen", 16, 2);
    chain(records, "seventeen", 17, 3);
    alias(records, "loop.good.test", 300, "loop.other.test");
    alias(records, "loop.other.test", 300, "loop.good.test");
    addresses(records, "loop.good.test", 4);
    alias(records, "itself.good.test", 300, "itself.good.test");
    alias(records, "split.good.test", SHORT_TTL, "target.other.test");
    addresses(records, "target.other.test", 5);
    addresses(records, "opcode.good.test", 6);
    addresses(records, "query-bit.good.test", 7);
    LabDnsProcess.trusted(lab, records.toArray(String[]::new));
    LabResources resources =
        LabResources.ofAllEndpoints().felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']");
    status =
        new LiveStatus(
            DaemonProcess.start(lab, resources.allow(List.of(53), "*.good.test").write(lab)));
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static void alias(List<String> records, String owner, int ttlSeconds, String target) {
    records.add(owner + ". " + ttlSeconds + " CNAME " + target + ".");
  }

  private static void addresses(List<String> records, String owner, int number) {
    records.add(owner + ". 300 A " + Vantage.outside(number, false));
    records.add(owner + ". 300 AAAA " + Vantage.outside(number, true));
  }

  /** {@code NAME.good.test} leads over so many aliases to an address. */
  private static void chain(List<String> records, String name, int aliases, int number) {
    String at = name + ".good.test";
    for (int i = 1; i <= aliases; i++) {
      String next = name + i + ".other.test";
      alias(records, at, 300, next);
      at = next;
    }
    addresses(records, at, number);
  }

  private static String ask(Room room, String name, String type) {
    String server = room == Room.HOST ? Lab.TRUSTED6 : Lab.TRUSTED;
    return lab.exec(room, "dig", "+tries=1", "+timeout=2", "@" + server, name, type).stdout();
  }

  private static void askBoth(String name) {
    String answers = ask(Room.WORKLOAD, name, "A") + ask(Room.HOST, name, "AAAA");
    assertEquals(2, answers.split("status: NOERROR", -1).length - 1, answers);
  }

  private static void expect(boolean reachable, int number, String why) {
    String v4 = Vantage.outside(number, false);
    String v6 = Vantage.outside(number, true);
    Connectivity expected = new Connectivity(lab);
    if (reachable) {
      expected.expectReachable(Room.WORKLOAD, v4, 80, why).expectReachable(Room.HOST, v6, 80, why);
    } else {
      expected.expectBlocked(Room.WORKLOAD, v4, 80, why).expectBlocked(Room.HOST, v6, 80, why);
    }
    expected.check();
  }

  private static void opensWhenAsked(String name, int number) {
    expect(false, number, "nobody asked for it yet");
    askBoth(name);
    expect(true, number, name + " leads there");
  }

  @Test
  @DisplayName("L3: the order of a chain's records means nothing")
  void l03_recordsOfAChainMayComeInAnyOrder() {
    opensWhenAsked("reversed.good.test", 1);
  }

  @Test
  @DisplayName("L3: sixteen aliases are followed")
  void l03_sixteenAliasesAreFollowed() {
    opensWhenAsked("sixteen.good.test", 2);
  }

  @Test
  @DisplayName("L3: a chain of seventeen aliases opens nothing, and harms nothing")
  void l03_seventeenAliasesAreTooMany() {
    askBoth("seventeen.good.test");
    expect(false, 3, "more aliases than are followed");
    assertEquals(0, status.count(Counter.DNS_REPLY_FAULTS));
  }

  @Test
  @DisplayName("L3: aliases in a loop end, and what is on the chain opens")
  void l03_aliasesInALoopEnd() {
    askBoth("itself.good.test");
    opensWhenAsked("loop.good.test", 4);
    assertEquals(0, status.count(Counter.DNS_REPLY_FAULTS));
  }

  @Test
  @DisplayName("L4: each link of a chain in several replies lives its own time")
  void l04_linksInSeveralRepliesLiveTheirOwnTime() {
    askBoth("target.other.test");
    expect(false, 5, "its name is not allowed");
    resolveAliasAndConnect();
    Connectivity attempt = new Connectivity(lab);
    LiveStatus.await(
        () ->
            attempt.probe(Room.WORKLOAD, Vantage.outside(5, false), 80)
                != Connectivity.Outcome.REACHED,
        () -> "the alias does not end");
    expect(false, 5, "the alias is over, the address is not");
    resolveAliasAndConnect();
  }

  /** Asks for the alias alone: what it leads to is known. */
  private static void resolveAliasAndConnect() {
    for (Room room : List.of(Room.WORKLOAD, Room.HOST)) {
      boolean v6 = room == Room.HOST;
      String script =
          "dig +short +tries=1 +timeout=5 @%s split.good.test CNAME; nc -zn -w 5 %s 80"
              .formatted(v6 ? Lab.TRUSTED6 : Lab.TRUSTED, Vantage.outside(5, v6));
      assertEquals("target.other.test.\n", lab.exec(room, "sh", "-ec", script).orFail().stdout());
    }
  }

  @Test
  @DisplayName(
      "L16: a message with another opcode than QUERY is counted, passes and teaches nothing")
  void l16_otherOpcodesAreCountedAndTeachNothing() {
    long before = status.count(Counter.DNS_REPLIES_NON_QUERY);
    String unused = ask(Room.WORKLOAD, "opcode.good.test", "A");
    unused = ask(Room.HOST, "opcode.good.test", "AAAA");
    assertEquals(before + 2, status.count(Counter.DNS_REPLIES_NON_QUERY));
    expect(false, 6, "no reply to a query");
  }

  @Test
  @DisplayName("L7: a message from the server that is no reply teaches nothing")
  void l07_queriesFromTheServerTeachNothing() {
    long learnt = status.count(Counter.DNS_REPLIES_LEARNT);
    String unused = ask(Room.WORKLOAD, "query-bit.good.test", "A");
    unused = ask(Room.HOST, "query-bit.good.test", "AAAA");
    expect(false, 7, "it was marked as a query");
    assertTrue(status.count(Counter.DNS_REPLIES_LEARNT) == learnt, status::text);
  }
}
