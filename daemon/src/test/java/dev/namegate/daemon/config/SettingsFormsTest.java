// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.nfq.rules.Cidr;
import dev.namegate.nfq.rules.EndpointToHostAction;
import dev.namegate.nfq.rules.FailsafePort;
import dev.namegate.nfq.rules.IpProtocol;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What values look like in each source. */
class SettingsFormsTest {
  private static final List<TrustedServer> OWN_SERVERS =
      List.of(new TrustedServer(IpAddress.parse("192.0.2.1"), 53));

  @TempDir private Path directory;

  private ConfigLab lab() throws IOException {
    return new ConfigLab(directory);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"dnsExtraTTL", "DNSExtraTTL", "DNSEXTRATTL"})
  @DisplayName("C2: names of parameters are found whatever the case of their letters")
  void ignoresTheCaseOfNames(String name) throws IOException {
    assertEquals(7_000_000_000L, extraTtl(lab().felix("default", name + ": 7s")));
    assertEquals(7_000_000_000L, extraTtl(lab().file(name + " = 7")));
    assertEquals(7_000_000_000L, extraTtl(lab().variable("FELIX_" + name, "7")));
    assertEquals(7_000_000_000L, extraTtl(lab().variable("felix_" + name, "7")));
  }

  private static long extraTtl(ConfigLab lab) throws IOException {
    return lab.config().cache().extraTtlNs();
  }

  @Test
  @DisplayName("C2: DNSPolicyMode and dnsPolicyMode are both accepted, both at once are not")
  void refusesTwoSpellingsAtOnce() throws IOException {
    lab().felix("default", "DNSPolicyMode: Inline").config();
    lab().felix("default", "dnsPolicyMode: Inline").config();

    for (ConfigLab both :
        List.of(
            lab().felix("default", "DNSPolicyMode: Inline, dnsPolicyMode: Inline"),
            lab().file("DNSPolicyMode = Inline", "dnspolicymode = Inline"),
            lab().variable("FELIX_DNSPolicyMode", "Inline").variable("felix_dnspolicymode", "x"))) {
      List<Problem> problems = both.read().problems();
      assertEquals(1, problems.size(), problems.toString());
      assertEquals("keep one of the two", problems.get(0).suggestion());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1m30s123ms, 90.123, 90123",
    "90s, 90, 90000",
    "1500ms, 1.5, 1500",
    "0s, 0, 0",
    "2h, 7.2e3, 7200000",
    "500ms, .5, 500",
  })
  @DisplayName("C3: durations are Go's in objects, plain seconds in the environment and the file")
  void readsDurations(String written, String text, long millis) throws IOException {
    long nanos = Duration.ofMillis(millis).toNanos();
    assertEquals(nanos, extraTtl(lab().felix("default", "dnsExtraTTL: " + written)));
    assertEquals(nanos, extraTtl(lab().variable("FELIX_DNSEXTRATTL", text)));
    assertEquals(nanos, extraTtl(lab().file("DNSExtraTTL = " + text)));
  }

  @Test
  @DisplayName("C3: the longest hold is in milliseconds in the environment")
  void readsTheHoldInMilliseconds() throws IOException {
    ConfigLab lab = lab().variable("FELIX_DNSPacketsNfqueueMaxHoldDuration", "900");
    assertEquals(Duration.ofMillis(900), lab.config().pipeline().maxHold());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1m30s", "-1", "0x10", "1d", "NaN", "Infinity", "1e400", "9e15", "1,5"})
  @DisplayName("C3: what is no number of seconds is refused")
  void refusesTextsThatAreNoNumbers(String text) throws IOException {
    ConfigReader.Result result = lab().variable("FELIX_DNSEXTRATTL", text).read();

    assertEquals(1, result.problems().size(), result.problems().toString());
    assertEquals(0, result.config().cache().extraTtlNs());
  }

  @ParameterizedTest
  @ValueSource(strings = {"9000000h", "-1s", "1m 30s", "90", "1.5", "3d", "''"})
  @DisplayName("C3: what is no duration of Go's is refused")
  void refusesDurationsThatAreNone(String text) throws IOException {
    ConfigReader.Result result = lab().felix("default", "dnsExtraTTL: " + text).read();

    assertEquals(1, result.problems().size(), result.problems().toString());
    assertEquals(0, result.config().cache().extraTtlNs());
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "1, true",
    "Yes, true",
    "y, true",
    "T, true",
    "false, false",
    "0, false",
    "NO, false",
    "n, false",
    "f, false"
  })
  void readsTruthValuesAsCalicoDoes(String text, boolean value) throws IOException {
    assertEquals(value, lab().variable("FELIX_IPV6SUPPORT", text).config().rules().ipv6());
  }

  @Test
  void ignoresTheCaseOfWordsInTheEnvironmentOnly() throws IOException {
    assertEquals(
        EndpointToHostAction.RETURN,
        lab()
            .variable("FELIX_DEFAULTENDPOINTTOHOSTACTION", "RETURN")
            .config()
            .rules()
            .endpointToHostAction());
    Problem problem =
        lab().felix("default", "defaultEndpointToHostAction: RETURN").read().problems().get(0);
    assertEquals("did you mean \"Return\"?", problem.suggestion());
  }

  @Test
  void takesWhatIsEmptyAsNotSet() throws IOException {
    assertEquals(
        lab().config(),
        lab()
            .variable("FELIX_VXLANPORT", "")
            .file("[global]", "DNSExtraTTL =", "IPv6Support = \"\"")
            .felix("default", "dnsTrustedServers: null, ipv6Support: ")
            .config());
  }

  @Test
  void readsTheFileByItsLines() throws IOException {
    ConfigLab lab =
        lab()
            .file(
                "# a comment",
                "; another",
                "InterfacePrefix = cali,tap",
                "  [Global]  ",
                "  vxlanport=1000",
                "FailsafeInboundHostPorts = 'none'",
                "a slip",
                "= 3",
                "[etcd]",
                "VXLANPort = 2000");
    ConfigReader.Result result = lab.read();

    assertEquals(1000, result.config().rules().vxlanPort());
    assertEquals(List.of("cali", "tap"), result.config().rules().interfacePrefixes());
    assertEquals(List.of(), result.config().rules().failsafeInbound());
    assertEquals(
        List.of(
            "7: \"a slip\" is no setting",
            "8: \"= 3\" is no setting",
            "9: what follows [etcd] is not read"),
        result.problems().stream()
            .map(problem -> problem.line() + ": " + problem.message())
            .toList());
  }

  @Test
  @DisplayName("T7: one bad trusted server, and the default takes the place of all of them")
  void replacesABadListOfTrustedServers() throws IOException {
    for (ConfigLab lab :
        List.of(
            lab().felix("default", "dnsTrustedServers: [192.0.2.53, foo]"),
            lab().file("DNSTrustedServers = 192.0.2.53,foo"),
            lab().variable("FELIX_DNSTRUSTEDSERVERS", "192.0.2.53, foo"))) {
      ConfigReader.Result result = lab.read();
      assertEquals(OWN_SERVERS, result.config().rules().trustedServers());
      assertEquals(1, result.problems().size(), result.problems().toString());
      Problem problem = result.problems().get(0);
      assertEquals(Severity.ERROR, problem.severity());
      assertTrue(problem.message().startsWith("not an IP address: \"foo\""), problem.message());
    }
  }

  @Test
  void readsTrustedServersBetweenCommas() throws IOException {
    assertEquals(
        List.of(
            new TrustedServer(IpAddress.parse("192.0.2.53"), 53),
            new TrustedServer(IpAddress.parse("2001:db8::53"), 5353)),
        lab()
            .variable("FELIX_DNSTRUSTEDSERVERS", "192.0.2.53, [2001:db8::53]:5353")
            .config()
            .rules()
            .trustedServers());
  }

  @Test
  void trustsNobodyIfToldSo() throws IOException {
    for (ConfigLab lab :
        List.of(
            lab().felix("default", "dnsTrustedServers: []"),
            lab().variable("FELIX_DNSTRUSTEDSERVERS", "none"))) {
      assertEquals(List.of(), lab.config().rules().trustedServers());
      assertEquals(
          List.of("no DNS server is trusted: no domain will ever match"), lab.read().notices());
    }
  }

  @Test
  @DisplayName("H5: failsafe ports with protocols and networks, from objects and from text")
  void readsFailsafePorts() throws IOException {
    List<FailsafePort> ports =
        List.of(
            new FailsafePort(IpProtocol.TCP, 22),
            new FailsafePort(IpProtocol.UDP, 53, Cidr.parse("fd00::/8")),
            new FailsafePort(IpProtocol.TCP, 443, Cidr.parse("10.0.0.0/8")),
            new FailsafePort(IpProtocol.SCTP, 36412),
            new FailsafePort(IpProtocol.TCP, 80));
    String written =
        "FAILSAFES: [{protocol: tcp, port: 22}, {protocol: UDP, port: 53, net: 'fd00::/8'},"
            + " {protocol: TCP, port: 443, net: 10.0.0.0/8}, {protocol: sctp, port: 36412},"
            + " {port: 80}]";
    String text = "tcp:22, udp:[fd00::/8]:53,TCP:10.0.0.0/8:443,sctp:36412,80";
    String in = "failsafeInboundHostPorts";
    String out = "failsafeOutboundHostPorts";

    assertEquals(ports, inbound(lab().felix("default", written.replace("FAILSAFES", in))));
    assertEquals(ports, outbound(lab().felix("default", written.replace("FAILSAFES", out))));
    assertEquals(ports, inbound(lab().variable("FELIX_" + in, text)));
    assertEquals(ports, outbound(lab().file(out + " = " + text)));
  }

  private static List<FailsafePort> inbound(ConfigLab lab) throws IOException {
    return lab.config().rules().failsafeInbound();
  }

  private static List<FailsafePort> outbound(ConfigLab lab) throws IOException {
    return lab.config().rules().failsafeOutbound();
  }

  @Test
  @DisplayName("H5: an empty list switches the failsafe ports off")
  void takesAnEmptyListOfFailsafePorts() throws IOException {
    String name = "failsafeInboundHostPorts";
    assertEquals(List.of(), inbound(lab().felix("default", name + ": []")));
    assertEquals(List.of(), inbound(lab().variable("FELIX_" + name, "none")));
    assertEquals(List.of(), inbound(lab().variable("FELIX_" + name, "[]")));
    assertEquals(List.of(), inbound(lab().file(name + " = None")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "icmp:1",
        "tcp:0",
        "tcp:65536",
        "tcp:ssh",
        "tcp",
        "tcp:fd00::/8:53",
        "tcp:[fd00::/8]",
        "tcp:10.0.0.0/33:53",
        "tcp:[]:53",
        "22,,23",
        ":22",
        "tcp:22:23"
      })
  @DisplayName("H5: a bad failsafe port gives Calico's list, not no list")
  void refusesWhatIsNoFailsafePort(String text) throws IOException {
    ConfigReader.Result result = lab().variable("FELIX_failsafeOutboundHostPorts", text).read();

    assertEquals(1, result.problems().size(), result.problems().toString());
    assertEquals(
        RulesConfig.builder().build().failsafeOutbound(),
        result.config().rules().failsafeOutbound());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{protocol: icmp, port: 1}",
        "{protocol: tcp, port: 0}",
        "{protocol: tcp}",
        "22",
        "{protocol: tcp, port: 22, net: fd00}",
        "{protocol: tcp, port: 22, nets: fd00}"
      })
  @DisplayName("H5: a bad failsafe port in an object gives Calico's list and one error")
  void refusesWhatIsNoFailsafePortInAnObject(String entry) throws IOException {
    ConfigReader.Result result =
        lab().felix("default", "failsafeInboundHostPorts: [" + entry + ", {port: 1}]").read();

    assertEquals(1, result.problems().size(), result.problems().toString());
    assertEquals(
        RulesConfig.builder().build().failsafeInbound(), result.config().rules().failsafeInbound());
  }
}
