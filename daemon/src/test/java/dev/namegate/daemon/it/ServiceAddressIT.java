// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row T8: the DNS server has a service address, which the host translates (DNAT) to another address
 * and port, for workloads that it forwards and for itself. What the client addressed counts.
 *
 * <p>The service's addresses are {@code 10.96.0.10} and {@code fd96::a}, port 53; the server that
 * answers is the lab's second one, on a port of its own.
 */
final class ServiceAddressIT {
  private static final String SERVICE = "10.96.0.10";
  private static final String SERVICE6 = "fd96::a";
  private static final int PORT = 5300;

  private static final Sites SITES =
      new Sites()
          .with("plain.service-{e}.test", "tcp.service-{e}.test")
          .with("plain.direct-{e}.test", "tcp.direct-{e}.test")
          .with("plain.backend-{e}.test", "tcp.backend-{e}.test")
          .with("plain.known-{e}.test", "tcp.known-{e}.test");

  private static final String POLICY =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata:
        name: names
      spec:
        selector: all()
        types: [Egress]
        egress:
          - action: Allow
            protocol: UDP
            destination: {ports: [53, 5300]}
          - action: Allow
            protocol: TCP
            destination: {ports: [53, 5300]}
          - action: Allow
            destination:
              domains: %s
      """
          .formatted(
              Sites.domains(
                  Sites.CONTROL,
                  "*.service-{e}.test",
                  "*.direct-{e}.test",
                  "*.backend-{e}.test",
                  "*.known-{e}.test"));

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
    LabDnsProcess.start(
        names.lab(),
        PORT,
        List.of(Vantage.HOST_V4.untrusted(), Vantage.HOST_V6.untrusted()),
        SITES.zoneFile());
    translate("iptables", SERVICE, Vantage.HOST_V4.untrusted() + ":" + PORT);
    translate("ip6tables", SERVICE6, "[" + Vantage.HOST_V6.untrusted() + "]:" + PORT);
  }

  private static void translate(String command, String service, String to) {
    for (String hook : List.of("PREROUTING", "OUTPUT")) {
      for (String protocol : List.of("udp", "tcp")) {
        names
            .lab()
            .exec(
                Room.HOST,
                "sh",
                "-ec",
                "%s -t nat -A %s -d %s -p %s --dport 53 -j DNAT --to-destination %s"
                    .formatted(command, hook, service, protocol, to))
            .orFail();
      }
    }
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  @AfterEach
  void stop() {
    names.stop();
  }

  private static void trust(String... servers) {
    names.enforce(
        """
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata:
          name: default
        spec:
          dnsTrustedServers: ['%s']
        """
            .formatted(String.join("', '", servers)),
        POLICY);
  }

  private static String service(Vantage at) {
    return Vantage.V6.contains(at) ? SERVICE6 : SERVICE;
  }

  private static Scene everywhere() {
    return names.everywhere();
  }

  private static void ask(Function<Vantage, String> server, int port, String label, String zone) {
    String name = label + "." + zone + "-{e}.test";
    everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    String option = label.equals("tcp") ? "+tcp" : "+notcp";
    Scene scene = everywhere();
    scene.atOnce(
        at -> {
          String answer =
              scene.dig(at, server.apply(at), port, Sites.of(name, at), option).orFail().stdout();
          assertEquals(SITES.address(name, at), answer.trim());
          return "";
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "tcp"})
  void t8AnswerOfATrustedServiceAddressOpens(String label) {
    trust(SERVICE, SERVICE6);
    ask(ServiceAddressIT::service, 53, label, "service");
    everywhere()
        .expectReachable(label + ".service-{e}.test", Scene.HTTP, "the service was asked")
        .check();
    ask(Vantage::untrusted, PORT, label, "direct");
    everywhere()
        .expectBlocked(label + ".direct-{e}.test", Scene.HTTP, "nobody trusts the server itself")
        .check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "tcp"})
  void t8TrustInTheServerBehindAServiceAddressIsNotTrustInTheService(String label) {
    trust(
        Vantage.HOST_V4.untrusted() + ":" + PORT, "[" + Vantage.HOST_V6.untrusted() + "]:" + PORT);
    ask(ServiceAddressIT::service, 53, label, "backend");
    everywhere()
        .expectBlocked(label + ".backend-{e}.test", Scene.HTTP, "the client asked the service")
        .check();
    ask(Vantage::untrusted, PORT, label, "known");
    everywhere()
        .expectReachable(label + ".known-{e}.test", Scene.HTTP, "the server was asked")
        .check();
  }
}
