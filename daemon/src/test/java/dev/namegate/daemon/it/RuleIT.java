// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabDns;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Domains beside the other criteria of a rule, and what domains do not imply: rows P7, P13 and P14.
 */
final class RuleIT {
  private static final List<Vantage> WORKLOAD = List.of(Vantage.WORKLOAD_V4, Vantage.WORKLOAD_V6);
  private static final List<Vantage> HOST = List.of(Vantage.HOST_V4, Vantage.HOST_V6);

  private static final Sites SITES =
      new Sites().with("good.p7-{e}.test").with("good.p13-{e}.test").with("good.p14-{e}.test");

  /** The UDP ports that the second workload serves: the one named dns, and one without a name. */
  private static final int NAMED = 5300;

  private static final int NAMELESS = 5301;

  /**
   * The seed's port list. Who may look names up is said for the first workload only; the neighbour
   * has a port that is named dns.
   */
  private static final String LOOKUPS =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata:
        name: lookups
      spec:
        order: 1
        selector: role == 'client'
        types: [Egress]
        egress:
          - action: Allow
            protocol: UDP
            destination: {ports: [53, dns]}
      """;

  private static final String POLICY =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata:
        name: names
      spec:
        order: 2
        selector: all()
        types: [Egress]
        egress:
          - action: Allow
            protocol: TCP
            destination:
              ports: [443]
              domains: %s
          - action: Allow
            destination:
              domains: %s
      """
          .formatted(
              Sites.domains("good.p7-{e}.test"), Sites.domains(Sites.CONTROL, "good.p13-{e}.test"));

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
    DaemonProcess unused = names.enforce(NamesLab.TRUST, LOOKUPS, POLICY);
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  @Test
  void p07_domainsAndPortsMustBothMatch() {
    String name = "good.p7-{e}.test";
    names
        .everywhere()
        .expectBlocked(name, Scene.HTTPS, "nobody asked for it yet")
        .check()
        .resolve(name)
        .expectReachable(name, Scene.HTTPS, "the name on the port of the rule")
        .expectBlocked(name, Scene.HTTP, "the name on another port")
        .check()
        .opensByControlName(name);
  }

  @Test
  void p13_allowedDomainsDoNotAllowTheLookup() {
    String name = "good.p13-{e}.test";
    // The second workload may connect to the name, but no rule lets it ask.
    for (Vantage at : WORKLOAD) {
      CommandResult asked = askTrusted(Room.WORKLOAD2, at, name, "+notcp");
      assertFalse(asked.succeeded(), asked::toString);
      assertTrue(asked.stdout().contains("timed out"), asked::toString);
    }
    names
        .everywhere()
        .expectBlocked(name, Scene.HTTP, "no answer was let through, so none was learnt")
        .check()
        .resolve(name);
    names
        .from(WORKLOAD)
        .expectReachable(name, Scene.HTTP, "it may ask and connect")
        .expectReachable(
            Room.WORKLOAD2,
            SITES.address(name, Vantage.WORKLOAD_V4),
            Scene.HTTP,
            "it may connect to what the other one learnt")
        .expectReachable(
            Room.WORKLOAD2,
            SITES.address(name, Vantage.WORKLOAD_V6),
            Scene.HTTP,
            "it may connect to what the other one learnt")
        .check();
  }

  @Test
  void p13_hostAsksOverUdpByFailsafeAndNotOverTcp() {
    // No rule allows the host a lookup. UDP port 53 is an outbound failsafe port, TCP port 53 is
    // not.
    for (Vantage at : HOST) {
      CommandResult udp = askTrusted(Room.HOST, at, "good.p7-{e}.test", "+notcp");
      assertTrue(udp.succeeded(), udp::toString);
      CommandResult tcp = askTrusted(Room.HOST, at, "good.p7-{e}.test", "+tcp");
      assertFalse(tcp.succeeded(), tcp::toString);
      CommandResult elsewhere = askTrusted(Room.NET, at, "good.p7-{e}.test", "+tcp");
      assertEquals(0, elsewhere.exit(), "the server listens on TCP: " + elsewhere);
    }
  }

  private static CommandResult askTrusted(Room room, Vantage at, String name, String options) {
    return dig(room, options, at.trusted(), Sites.of(name, at), at.type());
  }

  private static CommandResult dig(
      Room room, String options, String server, String name, String type) {
    String script = "dig +tries=1 +timeout=1 %s @%s %s %s".formatted(options, server, name, type);
    return names.lab().exec(room, "sh", "-c", script);
  }

  @Test
  void p14_portNamedDnsIsWhereTheDestinationSaysItIs() throws IOException {
    Path records = names.lab().work().resolve("neighbour.txt");
    Files.write(records, List.of(SITES.zoneFile()));
    for (int port : List.of(NAMED, NAMELESS)) {
      names
          .lab()
          .startJava(
              Room.WORKLOAD2, LabDns.class, records.toString(), "" + port, "10.65.0.3", "fd65::3");
    }
    for (Vantage at : WORKLOAD) {
      String neighbour = at == Vantage.WORKLOAD_V6 ? "fd65::3" : "10.65.0.3";
      assertAnswers(true, Room.WORKLOAD, at, neighbour, NAMED);
      assertAnswers(false, Room.WORKLOAD, at, neighbour, NAMELESS);
      assertAnswers(true, Room.WORKLOAD2, at, neighbour, NAMELESS);
      // The number in the same list is a port of everybody; the name is a port of those who have
      // it.
      assertAnswers(true, Room.WORKLOAD, at, at.trusted(), 53);
    }
  }

  private static void assertAnswers(
      boolean expected, Room from, Vantage at, String server, int port) {
    String name = Sites.of("good.p14-{e}.test", at);
    CommandResult asked = dig(from, "-p " + port, server, name, at.type());
    assertEquals(expected, asked.succeeded(), asked::toString);
  }
}
