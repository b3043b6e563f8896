// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What HTTPS and SVCB records teach, by default and with {@code learnAddressHints: false} (row L5),
 * as a workload and as the host, over both families.
 */
final class AddressHintsIT {
  /** The port of the trusted addresses where {@code LabDns} answers. */
  private static final int SERVER = 5353;

  private static final Sites SITES =
      new Sites()
          .with("off.l5-{e}.test", "off-target.l5-{e}.other")
          .with("on.hints-{e}.test", "svcb.hints-{e}.test")
          .with("back.hints-{e}.other", "pool.hints-{e}.other");

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
            destination: {ports: [53, %d]}
          - action: Allow
            destination:
              domains: %s
      """
          .formatted(SERVER, Sites.domains(Sites.CONTROL, "*.l5-{e}.test", "*.hints-{e}.test"));

  private static final String WITHOUT_HINTS =
      """
      apiVersion: namegate.dev/v1
      kind: NamegateConfiguration
      metadata:
        name: default
      spec:
        learnAddressHints: false
      """;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
    LabDnsProcess.start(
        names.lab(),
        SERVER,
        List.of(Vantage.HOST_V4.trusted(), Vantage.HOST_V6.trusted()),
        records());
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  private static String[] records() {
    return Stream.concat(
            Arrays.stream(SITES.zoneFile()),
            Stream.of(
                    service("off.l5-{e}.test", "HTTPS 1 .", "off.l5-{e}.test"),
                    service(
                        "front.l5-{e}.test",
                        "HTTPS 1 off-target.l5-{e}.other.",
                        "off-target.l5-{e}.other"),
                    service("on.hints-{e}.test", "HTTPS 1 .", "on.hints-{e}.test"),
                    service("svcb.hints-{e}.test", "SVCB 1 .", "svcb.hints-{e}.test"),
                    service(
                        "front.hints-{e}.test",
                        "HTTPS 1 back.hints-{e}.other.",
                        "back.hints-{e}.other"),
                    service("alias.hints-{e}.test", "HTTPS 0 pool.hints-{e}.other.", ""))
                .flatMap(Function.identity()))
        .toArray(String[]::new);
  }

  /** This record for both endpoints, with the addresses of another name as hints. */
  private static Stream<String> service(String owner, String data, String hinted) {
    return Vantage.V4.stream().map(at -> Sites.of(owner + ". 300 " + data, at) + hints(hinted, at));
  }

  private static String hints(String name, Vantage at) {
    if (name.isEmpty()) {
      return "";
    }
    int number = SITES.number(name, at);
    return " alpn=h2 ipv4hint=%s ipv6hint=%s"
        .formatted(Vantage.outside(number, false), Vantage.outside(number, true));
  }

  private static Scene everywhere() {
    return names.everywhere();
  }

  /** Asks for this record everywhere; the answer must have what is expected in it. */
  private static void ask(String name, String type, Function<Vantage, String> expected) {
    everywhere()
        .atOnce(
            at -> {
              CommandResult result =
                  names
                      .lab()
                      .exec(
                          at.room(),
                          "dig",
                          "+tries=1",
                          "+timeout=5",
                          "-p",
                          Integer.toString(SERVER),
                          "@" + at.trusted(),
                          Sites.of(name, at),
                          type);
              assertTrue(result.stdout().contains(expected.apply(at)), result.stdout());
              return at;
            });
  }

  private static Function<Vantage, String> hintOf(String name) {
    return at -> "hint=" + SITES.address(name, at);
  }

  @Test
  void l05_addressHintsDoNotOpenWhenTheyAreNotToBeLearnt() {
    try (DaemonProcess daemon = names.enforce(NamesLab.TRUST, WITHOUT_HINTS, POLICY)) {
      String name = "off.l5-{e}.test";
      ask(name, "HTTPS", hintOf(name));
      ask("front.l5-{e}.test", "HTTPS", hintOf("off-target.l5-{e}.other"));
      everywhere()
          .expectBlocked(name, Scene.HTTP, "only a hint had its address")
          .expectBlocked("off-target.l5-{e}.other", Scene.HTTP, "only a hint had its address")
          .check()
          .resolve(name)
          .expectReachable(name, Scene.HTTP, "an address record had it")
          .check()
          .opensByControlName("off-target.l5-{e}.other");
      names.stop();
    }
  }

  @Test
  void addressHintsOpenByDefault() {
    try (DaemonProcess daemon = names.enforce(NamesLab.TRUST, POLICY)) {
      hintOfARecordOpensItsName();
      hintOfARecordOpensTheTargetForItsName();
      aliasModeLeadsToTheTargetsAddresses();
      names.stop();
    }
  }

  private static void hintOfARecordOpensItsName() {
    String https = "on.hints-{e}.test";
    String svcb = "svcb.hints-{e}.test";
    everywhere()
        .expectBlocked(https, Scene.HTTPS, "nobody asked for it yet")
        .expectBlocked(svcb, Scene.HTTPS, "nobody asked for it yet")
        .check();
    ask(https, "HTTPS", hintOf(https));
    ask(svcb, "SVCB", hintOf(svcb));
    everywhere()
        .expectReachable(https, Scene.HTTPS, "a hint had its address")
        .expectReachable(svcb, Scene.HTTPS, "a hint had its address")
        .check();
  }

  private static void hintOfARecordOpensTheTargetForItsName() {
    String back = "back.hints-{e}.other";
    everywhere().expectBlocked(back, Scene.HTTPS, "nobody asked for who leads there").check();
    ask("front.hints-{e}.test", "HTTPS", hintOf(back));
    everywhere().expectReachable(back, Scene.HTTPS, "a hint of an allowed name").check();
  }

  private static void aliasModeLeadsToTheTargetsAddresses() {
    String pool = "pool.hints-{e}.other";
    everywhere()
        .resolve(pool)
        .expectBlocked(pool, Scene.HTTPS, "no allowed name leads there yet")
        .check();
    ask("alias.hints-{e}.test", "HTTPS", at -> Sites.of(pool, at));
    everywhere().expectReachable(pool, Scene.HTTPS, "an allowed name is its alias").check();
  }
}
