// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.RealDns;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What answers of dnsmasq, unbound and bind9 teach: rows L1–L4, L8, L14, L17, M10, names with 100
 * addresses, TTL 0, mixed case and IDNA.
 *
 * <p>The workload asks for A records over IPv4, the host for AAAA records over IPv6. Names are
 * those of the server's zone, and each name has addresses of its own.
 */
final class RealServersIT {
  private static final int FIRST_PORT = 5360;
  private static final int NUMBERS_PER_SERVER = 40;
  private static final int MANY = 100;

  @SuppressWarnings("NullAway.Init") // set before all tests, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    List<String> trusted = new ArrayList<>();
    List<String> byName = new ArrayList<>();
    List<String> byAlias = new ArrayList<>();
    for (RealDns server : RealDns.values()) {
      BackgroundProcess unused =
          server.start(
              lab, Room.NET, port(server), List.of(Lab.TRUSTED, Lab.TRUSTED6), records(server));
      trusted.add("'" + Lab.TRUSTED + ":" + port(server) + "'");
      trusted.add("'[" + Lab.TRUSTED6 + "]:" + port(server) + "'");
      String zone = server.zone();
      byName.addAll(List.of("one." + zone, "*.first." + zone, "*.last." + zone, "split." + zone));
      byName.addAll(List.of("many." + zone, "zero." + zone, "mixed." + zone, "ns." + zone));
      byName.addAll(List.of("bücher." + zone, "*.none." + zone, "*." + server.brokenZone()));
      byAlias.add("*.middle." + zone);
    }
    LabResources resources = LabResources.ofAllEndpoints().felix("dnsTrustedServers: " + trusted);
    resources.allow(
        List.of(port(RealDns.DNSMASQ), port(RealDns.UNBOUND), port(RealDns.BIND9)),
        byName.toArray(String[]::new));
    resources.allowDomainsOnPort(443, byAlias);
    status = new LiveStatus(DaemonProcess.start(lab, resources.write(lab)));
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static int port(RealDns server) {
    return FIRST_PORT + server.ordinal();
  }

  private static int number(RealDns server, int of) {
    return 1 + server.ordinal() * NUMBERS_PER_SERVER + of;
  }

  private static String v4(RealDns server, int of) {
    return Vantage.outside(number(server, of), false);
  }

  private static String v6(RealDns server, int of) {
    return Vantage.outside(number(server, of), true);
  }

  private static String many4(RealDns server, int of) {
    return "198.18." + server.ordinal() + "." + of;
  }

  private static String many6(RealDns server, int of) {
    return "2001:db8:18::" + server.ordinal() + ":" + Integer.toHexString(of);
  }

  private static List<String> records(RealDns server) {
    List<String> records = new ArrayList<>();
    addresses(records, server, "one", 300, 1);
    addresses(records, server, "neighbour", 300, 2);
    alias(records, server, "www.first", "www.middle");
    alias(records, server, "www.middle", "www.end");
    addresses(records, server, "www.end", 300, 3);
    alias(records, server, "www.other", "www.last");
    addresses(records, server, "www.last", 300, 4);
    alias(records, server, "split", "target");
    addresses(records, server, "target", 300, 5);
    addresses(records, server, "zero", 0, 6);
    addresses(records, server, "mixed", 300, 7);
    addresses(records, server, "xn--bcher-kva", 300, 8);
    addresses(records, server, "ns", 300, 9);
    for (int i = 1; i <= MANY; i++) {
      records.add("many." + server.zone() + ". 300 A " + many4(server, i));
      records.add("many." + server.zone() + ". 300 AAAA " + many6(server, i));
    }
    return records;
  }

  private static void addresses(
      List<String> records, RealDns server, String name, int ttlSeconds, int of) {
    String owner = name + "." + server.zone() + ". " + ttlSeconds;
    records.add(owner + " A " + v4(server, of));
    records.add(owner + " AAAA " + v6(server, of));
  }

  private static void alias(List<String> records, RealDns server, String name, String target) {
    String zone = "." + server.zone() + ".";
    records.add(name + zone + " 300 CNAME " + target + zone);
  }

  /** The workload's question and the host's; what dig says of both. */
  private static String ask(RealDns server, String name) {
    return ask(server, name, "A", "AAAA");
  }

  private static String ask(RealDns server, String name, String type4, String type6) {
    CommandResult v4 = dig(Room.WORKLOAD, Lab.TRUSTED, server, name, type4);
    CommandResult v6 = dig(Room.HOST, Lab.TRUSTED6, server, name, type6);
    return v4.stdout() + v6.stdout();
  }

  private static CommandResult dig(
      Room room, String address, RealDns server, String name, String type) {
    return lab.exec(
            room,
            "dig",
            "+tries=1",
            "+timeout=5",
            "+bufsize=4096",
            "+ignore", // no retry over TCP
            "-p",
            "" + port(server),
            "@" + address,
            name,
            type)
        .orFail();
  }

  private static Connectivity expect() {
    return new Connectivity(lab);
  }

  private static void expectBlocked(RealDns server, int of, int port, String why) {
    expect()
        .expectBlocked(Room.WORKLOAD, v4(server, of), port, why)
        .expectBlocked(Room.HOST, v6(server, of), port, why)
        .check();
  }

  private static void expectReachable(RealDns server, int of, int port, String why) {
    expect()
        .expectReachable(Room.WORKLOAD, v4(server, of), port, why)
        .expectReachable(Room.HOST, v6(server, of), port, why)
        .check();
  }

  private static void opensWhenAsked(RealDns server, String name, int of) {
    expectBlocked(server, of, 80, "nobody asked for it yet");
    String unused = ask(server, name);
    expectReachable(server, of, 80, name + " is allowed");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("L1, L2: an address of an A or AAAA record opens, its neighbour does not")
  void l01_l02_addressOpens(RealDns server) {
    opensWhenAsked(server, "one." + server.zone(), 1);
    expectBlocked(server, 2, 80, "an address of no answer");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("L3: a wildcard pattern is tested against each name of a chain from the question")
  void l03_everyOwnerOnTheChainCounts(RealDns server) {
    String unused = ask(server, "www.middle." + server.zone());
    expectBlocked(server, 3, 80, "the pattern for port 80 matches the chain's first name only");
    expectReachable(server, 3, 443, "the pattern for port 443 matches the name asked for");
    unused = ask(server, "www.first." + server.zone());
    expectReachable(server, 3, 80, "the name at the chain's begin is allowed");
    expectReachable(server, 3, 443, "the name in the chain's middle is allowed");
    opensWhenAsked(server, "www.other." + server.zone(), 4);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("L3: a chain that comes in several replies leads to the address")
  void l03_chainInSeveralRepliesOpens(RealDns server) {
    String unused = ask(server, "target." + server.zone());
    expectBlocked(server, 5, 80, "the alias is not known yet");
    unused = ask(server, "split." + server.zone(), "CNAME", "CNAME");
    expectReachable(server, 5, 80, "the alias leads to an address that is known");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("L14: an answer with an error code opens nothing, and is released")
  void l14_errorsTeachNothing(RealDns server) {
    long released = status.count(Counter.DNS_REPLIES_RELEASED);
    long learnt = status.count(Counter.DNS_REPLIES_LEARNT);
    String absent = ask(server, "absent.none." + server.zone());
    assertEquals(2, occurrences("status: NXDOMAIN", absent), absent);
    String broken = ask(server, "www." + server.brokenZone());
    assertEquals(2, occurrences("status: (SERVFAIL|REFUSED)", broken), broken);
    assertEquals(released + 4, status.count(Counter.DNS_REPLIES_RELEASED));
    assertEquals(learnt, status.count(Counter.DNS_REPLIES_LEARNT));
  }

  private static long occurrences(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().count();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("L17: each of a hundred addresses of a name opens")
  void l17_manyAddressesOpen(RealDns server) {
    String answers = ask(server, "many." + server.zone());
    assertEquals(2, occurrences("ANSWER: " + MANY, answers), answers);
    Connectivity expected = expect();
    for (int i : new int[] {1, 2, 50, 99, 100}) {
      expected.expectReachable(Room.WORKLOAD, many4(server, i), 80, "the answer had it");
      expected.expectReachable(Room.HOST, many6(server, i), 80, "the answer had it");
    }
    expected
        .expectBlocked(Room.WORKLOAD, many4(server, MANY + 1), 80, "the answer had it not")
        .expectBlocked(Room.HOST, many6(server, MANY + 1), 80, "the answer had it not")
        .check();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("L9: an address of TTL 0 opens for the connection that follows at once")
  void l09_timeToLiveZeroOpens(RealDns server) {
    expectBlocked(server, 6, 80, "nobody asked for it yet");
    resolveAndConnect(Room.WORKLOAD, Lab.TRUSTED, server, "A", v4(server, 6));
    resolveAndConnect(Room.HOST, Lab.TRUSTED6, server, "AAAA", v6(server, 6));
  }

  private static void resolveAndConnect(
      Room room, String address, RealDns server, String type, String expected) {
    String script =
        "dig +tries=1 +timeout=5 -p %d @%s zero.%s %s; nc -zn -w 5 %s 80"
            .formatted(port(server), address, server.zone(), type, expected);
    String answer = lab.exec(room, "sh", "-ec", script).orFail().stdout();
    assertEquals(1, occurrences("zero.*\\s0\\s+IN\\s+" + type, answer), answer);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("M10: the case of a question and of its answer means nothing")
  void m10_mixedCaseOpens(RealDns server) {
    expectBlocked(server, 7, 80, "nobody asked for it yet");
    String asked = "MiXeD." + server.zone().toUpperCase(Locale.ROOT);
    String answers = ask(server, asked);
    assertTrue(answers.contains(asked), answers);
    expectReachable(server, 7, 80, "its name in lower case is allowed");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("M1: a name that policy writes in Unicode is that of its A-label")
  void m01_unicodeNameInPolicyOpens(RealDns server) {
    opensWhenAsked(server, "xn--bcher-kva." + server.zone(), 8);
  }

  @ParameterizedTest
  @EnumSource(names = "BIND9") // the others have nothing to add in what they serve here
  @DisplayName("L8: the address of a name server in the additional section is not learnt")
  void l08_addressOfTheNameServerIsNotLearnt(RealDns server) {
    String answers = ask(server, "one." + server.zone());
    assertEquals(2, occurrences("ADDITIONAL: [2-9]", answers), answers);
    assertTrue(answers.contains(v4(server, 9)), answers);
    expectBlocked(server, 9, 80, "a name that policy allows, but nobody asked for it");
    String unused = ask(server, "ns." + server.zone());
    expectReachable(server, 9, 80, "asked for now");
  }
}
