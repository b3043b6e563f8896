// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static dev.namegate.daemon.it.Shot.icmp;
import static dev.namegate.daemon.it.Shot.icmpV6;
import static dev.namegate.daemon.it.Shot.protocol;
import static dev.namegate.daemon.it.Shot.sctp;
import static dev.namegate.daemon.it.Shot.tcp;
import static dev.namegate.daemon.it.Shot.udp;
import static dev.namegate.daemon.it.Shot.udpLite;

import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabEvidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Row E11, the criteria of a rule, one line each: what the line's only rule matches is allowed, all
 * else is denied. Named ports and domains are in {@link RuleIT}, too.
 */
final class RuleFieldIT {
  private static final String NET = "198.51.100.64/30";
  private static final String NET6 = "2001:db8:100::40/126";
  private static final String FRONT = "198.51.100.80";
  private static final String BACK = "198.51.100.81";
  private static final String FOREIGN = "198.51.100.82";
  private static final String NOBODY = "198.51.100.83";

  private static final Map<String, String> RULES = rules();

  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("number", "protocol: 253");
    rules.put("lite", "protocol: UDPLite");
    rules.put("sctp", "protocol: SCTP, destination: {ports: [1001]}");
    rules.put("notproto", "notProtocol: UDP");
    rules.put("icmp", "protocol: ICMP, icmp: {type: 8, code: 0}");
    rules.put("icmptype", "protocol: ICMP, icmp: {type: 8}");
    rules.put("notype", "protocol: ICMP, notICMP: {type: 8}");
    rules.put("icmp6", "protocol: ICMPv6, icmp: {type: 128, code: 0}");
    rules.put("notype6", "protocol: ICMPv6, notICMP: {type: 128}");
    rules.put("version4", "ipVersion: 4");
    rules.put("version6", "ipVersion: 6");
    rules.put("nets", "destination: {nets: [%s, 198.51.100.72/32]}".formatted(NET));
    rules.put("nets6", "destination: {nets: ['%s']}".formatted(NET6));
    rules.put("notnets", "destination: {notNets: [%s]}".formatted(NET));
    rules.put("both", "destination: {nets: [198.51.100.64/28], notNets: [%s]}".formatted(NET));
    rules.put("ports", "protocol: TCP, destination: {ports: [1001, '1010:1012']}");
    rules.put("notports", "protocol: TCP, destination: {notPorts: [1001, '1010:1012']}");
    rules.put("sport", "protocol: UDP, source: {ports: [5001]}");
    rules.put("snotports", "protocol: UDP, source: {notPorts: [5001]}");
    rules.put("snets", "source: {nets: [10.65.0.0/24]}");
    rules.put("named", "protocol: TCP, destination: {ports: [web]}");
    rules.put(
        "notnamed", "protocol: TCP, destination: {nets: [198.51.100.80/30], notPorts: [web]}");
    rules.put("selector", "destination: {selector: is == 'front'}");
    rules.put("notsel", "destination: {notSelector: is == 'front', nets: [198.51.100.80/30]}");
    rules.put("nssel", "destination: {namespaceSelector: team == 'red'}");
    rules.put("account", "destination: {serviceAccounts: {names: [builder]}}");
    return rules;
  }

  private static final String FAR =
      String.join(
          "---\n",
          Lines.elsewhere(
              "front",
              "red",
              FRONT + "/32",
              "serviceAccountName: builder",
              "ports: [{name: web, protocol: TCP, port: 8080}]"),
          Lines.elsewhere("back", "red", BACK + "/32", "serviceAccountName: reader"),
          Lines.elsewhere("foreign", "blue", FOREIGN + "/32", "serviceAccountName: reader"),
          """
          apiVersion: v1
          kind: Namespace
          metadata: {name: red, labels: {team: red}}
          ---
          apiVersion: v1
          kind: Namespace
          metadata: {name: blue, labels: {team: blue}}
          """);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @SuppressWarnings("NullAway.Init") // as above
  private static Lines lines;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(new Sites());
    lines = Lines.up(names, RULES.keySet().toArray(String[]::new));
    List<String> documents = new ArrayList<>(List.of(NamesLab.TRUST, FAR));
    RULES.forEach((line, rule) -> documents.add(policy(line, rule)));
    DaemonProcess unused =
        names.enforce(lines.documents(documents.toArray(String[]::new)).toArray(String[]::new));
  }

  private static String policy(String line, String rule) {
    return """
    apiVersion: projectcalico.org/v3
    kind: GlobalNetworkPolicy
    metadata: {name: %1$s}
    spec:
      selector: line == '%1$s'
      types: [Egress]
      egress: [{action: Allow, %2$s}]
    """
        .formatted(line, rule);
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  @Test
  @DisplayName("E11: protocol by number and by name, and notProtocol")
  void e11_protocol() {
    lines
        .from("number")
        .passes(protocol(253))
        .stops(protocol(254), tcp(253), udp(253))
        .from("lite")
        .passes(udpLite(1001))
        .stops(udp(1001))
        .from("sctp")
        .passes(sctp(1001))
        .stops(sctp(1002), tcp(1001))
        .from("notproto")
        .passes(tcp(1001), protocol(253), icmp(8, 0), icmpV6(128, 0))
        .stops(udp(1001))
        .check();
  }

  @Test
  @DisplayName("E11: type and code of ICMP and ICMPv6, and notICMP")
  void e11_icmp() {
    lines
        .from("icmp")
        .passes(icmp(8, 0))
        .stops(icmp(8, 1), icmp(13, 0), icmpV6(128, 0), udp(8))
        .from("icmptype")
        .passes(icmp(8, 0), icmp(8, 1))
        .stops(icmp(13, 0))
        .from("notype")
        .passes(icmp(13, 0))
        .stops(icmp(8, 0), icmpV6(129, 0))
        .from("icmp6")
        .passes(icmpV6(128, 0))
        .stops(icmpV6(128, 1), icmpV6(139, 0), icmp(8, 0))
        .from("notype6")
        .passes(icmpV6(139, 0))
        .stops(icmpV6(128, 0), icmp(13, 0))
        .check();
  }

  @Test
  @DisplayName("E11: ipVersion")
  void e11_ipVersion() {
    String four = "198.51.100.1";
    String six = "2001:db8:100::1";
    lines
        .from("version4")
        .passes(tcp(1001).to(four))
        .stops(tcp(1001).to(six))
        .from("version6")
        .passes(tcp(1001).to(six))
        .stops(tcp(1001).to(four))
        .check();
  }

  @Test
  @DisplayName("E11: nets and notNets of the destination, nets of the source")
  void e11_nets() {
    lines
        .from("nets")
        .passes(udp(1).to("198.51.100.64"), udp(1).to("198.51.100.67"), udp(1).to("198.51.100.72"))
        .stops(udp(1).to("198.51.100.63"), udp(1).to("198.51.100.68"), udp(1).to("198.51.100.73"))
        .from("nets6")
        .passes(udp(1).to("2001:db8:100::40"), udp(1).to("2001:db8:100::43"))
        .stops(udp(1).to("2001:db8:100::3f"), udp(1).to("2001:db8:100::44"))
        .from("notnets")
        .passes(udp(1).to("198.51.100.63"), udp(1).to("198.51.100.68"))
        .stops(udp(1).to("198.51.100.64"), udp(1).to("198.51.100.67"))
        .from("both")
        .passes(udp(1).to("198.51.100.68"), udp(1).to("198.51.100.79"))
        .stops(udp(1).to("198.51.100.66"), udp(1).to("198.51.100.63"))
        .check();
    lines.fromWorkload("snets").passes(udp(1).to("198.51.100.1")).check();
    lines.fromHost("snets").stops(udp(1).to("198.51.100.1")).check();
  }

  @Test
  @DisplayName("E11: ports, ranges and notPorts of destination and source")
  void e11_ports() {
    lines
        .from("ports")
        .passes(tcp(1001), tcp(1010), tcp(1012))
        .stops(tcp(1002), tcp(1009), tcp(1013), udp(1001), tcp(7).fromPort(1001))
        .from("notports")
        .passes(tcp(1002), tcp(1009), tcp(1013))
        .stops(tcp(1001), tcp(1011), udp(1002))
        .from("sport")
        .passes(udp(7).fromPort(5001))
        .stops(udp(7).fromPort(5002), udp(5001).fromPort(5002))
        .from("snotports")
        .passes(udp(5001).fromPort(5002))
        .stops(udp(7).fromPort(5001))
        .check();
  }

  @Test
  @DisplayName(
      "E11: a named port is that port of the endpoints that have it, in ports and notPorts")
  void e11_namedPorts() {
    lines
        .from("named")
        .passes(tcp(8080).to(FRONT))
        .stops(tcp(8080).to(BACK), tcp(8080).to(NOBODY), tcp(8080))
        .from("notnamed")
        .passes(tcp(8080).to(BACK), tcp(8081).to(NOBODY))
        .stops(tcp(8080).to(FRONT))
        .check();
    lines.from("named").stops(tcp(8081).to(FRONT), udp(8080).to(BACK)).check();
    lines.from("notnamed").passes(tcp(8081).to(FRONT)).check();
  }

  @Test
  @DisplayName(
      "E11: selector, notSelector, namespaceSelector and serviceAccounts of the destination")
  void e11_selectors() {
    lines
        .from("selector")
        .passes(udp(1).to(FRONT))
        .stops(udp(1).to(BACK), udp(1).to(NOBODY))
        .from("notsel")
        .passes(udp(1).to(BACK), udp(1).to(NOBODY))
        .stops(udp(1).to(FRONT))
        .from("nssel")
        .passes(udp(1).to(FRONT), udp(1).to(BACK))
        .stops(udp(1).to(FOREIGN), udp(1).to(NOBODY))
        .from("account")
        .passes(udp(1).to(FRONT))
        .stops(udp(1).to(BACK), udp(1).to(FOREIGN), udp(1).to(NOBODY))
        .check();
  }
}
