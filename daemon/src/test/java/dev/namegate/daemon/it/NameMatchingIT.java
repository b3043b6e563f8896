// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.Main;
import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Which learnt names a pattern matches: rows M1–M12. Traffic is shown by looking the name up and
 * connecting, as a workload and as the host, over both families; validation by {@code namegate
 * check}.
 */
final class NameMatchingIT {
  /** The bare asterisk is allowed on this port only, so that it opens nothing for other rows. */
  private static final int BARE_WILDCARD = Scene.HTTPS;

  private static final Duration CHECK_LIMIT = Duration.ofSeconds(20);

  private static final Sites SITES =
      new Sites()
          .with("google.m1-{e}.test", "www.google.m1-{e}.test", "xgoogle.m1-{e}.test")
          .with("www.google.m2-{e}.test")
          .with("www.ipv6.google.m3-{e}.test", "a.b.c.d.google.m3-{e}.test")
          .with("google.m4-{e}.test", "www.google.m4-{e}.test", "notgoogle.m4-{e}.test")
          .with("www.sun.m5-{e}.test", "www.m5-{e}.test", "ftp.sun.m5-{e}.test")
          .with("update.tools.my.m6-{e}.test", "update.secure.suite.my.m6-{e}.test")
          .with("update.my.m6-{e}.test")
          .with("www.m9-{e}.test", "www.m9-{e}.evil.example", "www.m9-{e}")
          .with("anything.m9bare-{e}.example")
          .with("api.alice.m10-{e}.test", "API.bob.M10-{e}.TEST", "www.carol.m10-{e}.test")
          .with("api.alice.m11-{e}.test", "www.bob.m11-{e}.test")
          .with("good.m12-{e}.test", "notgood.m12-{e}.test", "good.m12-{e}.test.evil.test");

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
            destination: {ports: [53]}
          - action: Allow
            protocol: TCP
            destination:
              ports: [%d]
              domains: ['*']
          - action: Allow
            destination:
              domains: %s
      """
          .formatted(
              BARE_WILDCARD,
              Sites.domains(
                  Sites.CONTROL,
                  "google.m1-{e}.test",
                  "*.google.m2-{e}.test",
                  "*.google.m3-{e}.test",
                  "*.google.m4-{e}.test",
                  "www.*.m5-{e}.test",
                  "update.*.my.m6-{e}.test",
                  "www.m9-{e}.*",
                  "API.Alice.M10-{e}.TEST",
                  "api.bob.m10-{e}.test",
                  "WWW.*.m10-{e}.Test",
                  "api.alice.m11-{e}.test.",
                  "*.bob.m11-{e}.test.",
                  "good.m12-{e}.test"));

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
    DaemonProcess unused = names.enforce(NamesLab.TRUST, POLICY);
  }

  @AfterAll
  static void down() {
    if (names != null) {
      names.close();
    }
  }

  private static Scene everywhere() {
    return names.everywhere();
  }

  private enum ExitStatus {
    REFUSED(2),
    WARNED(0);

    private final int code;

    ExitStatus(int code) {
      this.code = code;
    }
  }

  /** {@code namegate check} on a policy whose second domain, on line 12, column 13, is this one. */
  private static CommandResult check(String domain) throws IOException {
    Path file = names.lab().work().resolve("check.yaml");
    Files.writeString(
        file,
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata:
          name: names
        spec:
          types: [Egress]
          egress:
            - action: Allow
              destination:
                domains:
                  - good.test
                  - '%s'
            - action: Allow
              protocol: UDP
              destination:
                ports: [53]
        """
            .formatted(domain));
    return names.lab().execJava(Room.HOST, CHECK_LIMIT, Main.class, "check", file.toString());
  }

  private static void assertProblem(
      CommandResult result, ExitStatus expected, String field, String domain) {
    assertEquals(expected.code, result.exit(), result::toString);
    List<String> lines = result.stdout().lines().toList();
    assertEquals(1, lines.size(), result::toString);
    String line = lines.get(0);
    assertTrue(line.contains("check.yaml:12:13: "), line);
    assertTrue(line.contains("spec.egress[0].destination." + field), line);
    assertTrue(line.contains(domain), line);
    assertEquals(expected == ExitStatus.WARNED, line.endsWith("(warning)"), line);
  }

  @Test
  void m01_exactNameMatchesOnlyItself() {
    everywhere().staysBlockedWhenResolved("www.google.m1-{e}.test", "xgoogle.m1-{e}.test");
    everywhere().opensWhenResolved("google.m1-{e}.test");
  }

  @Test
  void m02_prefixWildcardMatchesOneLabel() {
    everywhere().opensWhenResolved("www.google.m2-{e}.test");
  }

  @Test
  void m03_prefixWildcardMatchesSeveralLabels() {
    everywhere().opensWhenResolved("www.ipv6.google.m3-{e}.test", "a.b.c.d.google.m3-{e}.test");
  }

  @Test
  void m04_wildcardNeedsAtLeastOneLabel() {
    everywhere().staysBlockedWhenResolved("google.m4-{e}.test", "notgoogle.m4-{e}.test");
    everywhere().opensWhenResolved("www.google.m4-{e}.test");
  }

  @Test
  void m05_middleWildcardMatchesOneLabel() {
    everywhere().opensWhenResolved("www.sun.m5-{e}.test");
    everywhere().staysBlockedWhenResolved("www.m5-{e}.test", "ftp.sun.m5-{e}.test");
  }

  @Test
  void m06_middleWildcardMatchesSeveralLabels() {
    everywhere()
        .opensWhenResolved("update.tools.my.m6-{e}.test", "update.secure.suite.my.m6-{e}.test");
    everywhere().staysBlockedWhenResolved("update.my.m6-{e}.test");
  }

  @Test
  void m07_twoWildcardsAreRefused() throws IOException {
    assertProblem(check("*.*.my.test"), ExitStatus.REFUSED, "domains[1]", "*.*.my.test");
    assertProblem(check("www.*.my.*"), ExitStatus.REFUSED, "domains[1]", "www.*.my.*");
  }

  @Test
  void m08_wildcardAsPartOfALabelIsRefused() throws IOException {
    assertProblem(check("www.g*.test"), ExitStatus.REFUSED, "domains[1]", "www.g*.test");
    assertProblem(check("*g.my.test"), ExitStatus.REFUSED, "domains[1]", "*g.my.test");
  }

  @Test
  void m09_trailingAndBareWildcardAreAcceptedWithAWarning() throws IOException {
    assertProblem(check("www.my.*"), ExitStatus.WARNED, "domains[1]", "www.my.*");
    assertProblem(check("*"), ExitStatus.WARNED, "domains[1]", "*");
    CommandResult others = check("www.*.my.test");
    assertEquals(0, others.exit(), others::toString);
    assertEquals("", others.stdout(), "a wildcard elsewhere needs no warning");
  }

  @Test
  void m09_trailingWildcardMatchesWhateverTheEnd() {
    everywhere().opensWhenResolved("www.m9-{e}.test", "www.m9-{e}.evil.example");
    everywhere().staysBlockedWhenResolved("www.m9-{e}");
  }

  @Test
  void m09_bareWildcardMatchesEveryName() {
    String name = "anything.m9bare-{e}.example";
    everywhere()
        .expectBlocked(name, BARE_WILDCARD, "nobody asked for it yet")
        .check()
        .resolve(name)
        .expectReachable(name, BARE_WILDCARD, "every learnt name is allowed on this port")
        .expectBlocked(name, Scene.HTTP, "and on no other")
        .check();
  }

  @Test
  void m10_caseDoesNotMatter() {
    everywhere()
        .opensWhenResolved(
            "api.alice.m10-{e}.test", "API.bob.M10-{e}.TEST", "www.carol.m10-{e}.test");
  }

  @Test
  void m11_trailingDotDoesNotMatter() {
    everywhere().opensWhenResolved("api.alice.m11-{e}.test", "www.bob.m11-{e}.test");
  }

  @Test
  void m12_partOfANameDoesNotMatch() {
    everywhere().staysBlockedWhenResolved("notgood.m12-{e}.test", "good.m12-{e}.test.evil.test");
    everywhere().opensWhenResolved("good.m12-{e}.test");
  }
}
