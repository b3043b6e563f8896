// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Domains beside the other criteria of a rule, and what domains do not imply: rows P7 and P13. */
final class RuleIT {
  private static final Sites SITES = new Sites().with("good.p7-{e}.test").with("good.p13-{e}.test");

  /** Who may look names up is said for the first workload only. */
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
            destination: {ports: [53]}
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
    for (Vantage at : new Vantage[] {Vantage.WORKLOAD_V4, Vantage.WORKLOAD_V6}) {
      CommandResult asked = digFrom(Room.WORKLOAD2, at, name);
      assertFalse(asked.succeeded(), asked::toString);
      assertTrue(asked.stdout().contains("timed out"), asked::toString);
    }
    names
        .everywhere()
        .expectBlocked(name, Scene.HTTP, "no answer was let through, so none was learnt")
        .check()
        .resolve(name);
    names
        .from(java.util.List.of(Vantage.WORKLOAD_V4, Vantage.WORKLOAD_V6))
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
    for (Vantage at : new Vantage[] {Vantage.HOST_V4, Vantage.HOST_V6}) {
      CommandResult udp = digFrom(Room.HOST, at, "good.p7-{e}.test");
      assertTrue(udp.succeeded(), udp::toString);
      CommandResult tcp = digFrom(Room.HOST, at, "good.p7-{e}.test", "+tcp");
      assertFalse(tcp.succeeded(), tcp::toString);
      CommandResult elsewhere = digFrom(Room.NET, at, "good.p7-{e}.test", "+tcp");
      assertEquals(0, elsewhere.exit(), "the server listens on TCP: " + elsewhere);
    }
  }

  private static CommandResult digFrom(Room room, Vantage at, String name, String... options) {
    String script =
        "dig +tries=1 +timeout=1 %s @%s %s %s"
            .formatted(String.join(" ", options), at.trusted(), Sites.of(name, at), at.type());
    return names.lab().exec(room, "sh", "-c", script);
  }
}
