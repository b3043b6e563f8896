// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.TcpSink;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an answer teaches and for how long: rows L1–L4, L6, L9, L11, L14 and L15, as a workload and
 * as the host, over both families. {@link AddressHintsIT} has L5.
 */
final class LearningIT {
  /** The port of the trusted addresses where {@code LabDns} answers wrongly on purpose. */
  private static final int ODD = 5353;

  private static final int SINK = 7001;
  private static final int SHORT_TTL = 2;

  private static final Sites SITES =
      new Sites()
          .with("good.l1-{e}.test", "neighbour.l1-{e}.other")
          .with("good.l2-{e}.test", "neighbour.l2-{e}.other")
          .with("z.l3-{e}.other")
          .alias("y.l3-{e}.other", "z.l3-{e}.other", 300)
          .alias("x.l3-{e}.test", "y.l3-{e}.other", 300)
          .with("target.l4-{e}.other", "target.l4long-{e}.other")
          .alias("short.l4-{e}.test", "target.l4-{e}.other", SHORT_TTL)
          .alias("long.l4-{e}.test", "target.l4long-{e}.other", 300)
          .with("good.l6-{e}.test")
          .with("short.l9-{e}.test", SHORT_TTL)
          .with("long.l9-{e}.test")
          .with("short.l11-{e}.test", SHORT_TTL)
          .with("witness.l11-{e}.test", SHORT_TTL)
          .with("nxdomain.l14-{e}.test", "servfail.l14-{e}.test")
          .with("cut.l15-{e}.test", "garbage.l15-{e}.test", "pointer-loop.l15-{e}.test");

  private static final List<Counter> REPLY_COUNTERS =
      List.of(
          Counter.DNS_REPLIES_RELEASED,
          Counter.DNS_REPLIES_INVALID,
          Counter.DNS_REPLIES_RECEIVED,
          Counter.DNS_REPLIES_LEARNT);

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
          .formatted(
              ODD,
              Sites.domains(
                  Sites.CONTROL,
                  "good.l1-{e}.test",
                  "good.l2-{e}.test",
                  "x.l3-{e}.test",
                  "*.l4-{e}.test",
                  "good.l6-{e}.test",
                  "*.l9-{e}.test",
                  "*.l11-{e}.test",
                  "*.l14-{e}.test",
                  "*.l15-{e}.test"));

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @SuppressWarnings("NullAway.Init")
  private static DaemonProcess daemon;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
    LabDnsProcess.start(
        names.lab(),
        ODD,
        List.of(Vantage.HOST_V4.trusted(), Vantage.HOST_V6.trusted()),
        SITES.zoneFile());
    daemon = names.enforce(NamesLab.TRUST, POLICY);
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

  @Test
  void l01_addressOfAnARecordOpens() {
    Scene v4 = names.from(Vantage.V4);
    v4.expectBlocked("good.l1-{e}.test", Scene.HTTP, "nobody asked for it yet")
        .check()
        .resolve("good.l1-{e}.test")
        .expectReachable("good.l1-{e}.test", Scene.HTTP, "the answer had its address")
        .expectBlocked("neighbour.l1-{e}.other", Scene.HTTP, "an address of no answer")
        .check()
        .opensByControlName("neighbour.l1-{e}.other");
    // The name's IPv6 address was in no answer.
    names.from(Vantage.V6).opensWhenResolved("good.l1-{e}.test");
  }

  @Test
  void l02_addressOfAnAaaaRecordOpens() {
    Scene v6 = names.from(Vantage.V6);
    v6.expectBlocked("good.l2-{e}.test", Scene.HTTP, "nobody asked for it yet")
        .check()
        .resolve("good.l2-{e}.test")
        .expectReachable("good.l2-{e}.test", Scene.HTTP, "the answer had its address")
        .expectBlocked("neighbour.l2-{e}.other", Scene.HTTP, "an address of no answer")
        .check()
        .opensByControlName("neighbour.l2-{e}.other");
    // The name's IPv4 address was in no answer.
    names.from(Vantage.V4).opensWhenResolved("good.l2-{e}.test");
  }

  @Test
  void l03_chainOfAliasesLeadsToTheAddress() {
    everywhere()
        .resolve("z.l3-{e}.other", "y.l3-{e}.other")
        .expectBlocked("z.l3-{e}.other", Scene.HTTP, "no name of an allowed chain was asked for")
        .check()
        .opensWhenResolved("x.l3-{e}.test");
  }

  @Test
  void l04_addressIsForgottenWhenItsAliasExpires() {
    everywhere().expectBlocked("short.l4-{e}.test", Scene.HTTP, "nobody asked for it yet").check();
    everywhere().resolve("long.l4-{e}.test");
    everywhere().resolveAndConnect("short.l4-{e}.test", Scene.HTTP);
    everywhere().awaitBlocked("short.l4-{e}.test", Scene.HTTP);
    everywhere()
        .expectBlocked("short.l4-{e}.test", Scene.HTTP, "the alias is over, the address is not")
        .expectReachable("long.l4-{e}.test", Scene.HTTP, "its alias lives longer")
        .check();
    everywhere().resolveAndConnect("short.l4-{e}.test", Scene.HTTP);
  }

  @Test
  void l06_answersOfAServerThatIsNotTrustedDoNotOpen() {
    names.lab().untrustedDns(SITES.dnsmasq());
    String name = "good.l6-{e}.test";
    everywhere()
        .resolve(Vantage::untrusted, 53, name)
        .expectBlocked(name, Scene.HTTP, "only a server that is not trusted said so")
        .check()
        .resolve(name)
        .expectReachable(name, Scene.HTTP, "the trusted server said so")
        .check();
  }

  @Test
  void l09_addressIsForgottenWhenItExpires() {
    String name = "short.l9-{e}.test";
    everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    everywhere().resolve("long.l9-{e}.test");
    everywhere().resolveAndConnect(name, Scene.HTTP);
    everywhere().awaitBlocked(name, Scene.HTTP);
    everywhere()
        .expectBlocked(name, Scene.HTTP, "its time is over")
        .expectReachable("long.l9-{e}.test", Scene.HTTP, "it lives longer")
        .check();
    everywhere().resolveAndConnect(name, Scene.HTTP);
  }

  @Test
  void l11_establishedConnectionOutlivesTheName() throws IOException {
    try (BackgroundProcess sink = TcpSink.start(names.lab(), Integer.toString(SINK))) {
      everywhere().expectBlocked("short.l11-{e}.test", SINK, "nobody asked for it yet").check();
      Path expired = names.lab().work().resolve("l11-expired");
      List<BackgroundProcess> open =
          everywhere().atOnce(at -> talk(at, "short.l11-{e}.test", expired));
      open.forEach(one -> LiveStatus.await(() -> said(one, "before"), one::log));
      // Asked for later and living as long: when this one is over, the first is over, too.
      everywhere().resolveAndConnect("witness.l11-{e}.test", SINK);
      everywhere().awaitBlocked("witness.l11-{e}.test", SINK);
      open.forEach(one -> assertFalse(said(one, "after"), one::log));
      LiveStatus status = new LiveStatus(daemon);
      long midstream = status.count(Counter.FLOWS_MIDSTREAM_ACCEPTED);
      Files.createFile(expired);
      open.forEach(one -> LiveStatus.await(() -> said(one, "after"), () -> one.log() + sink.log()));
      // Whoever reconnects to the address that it holds is not cut off meanwhile.
      everywhere()
          .expectReachable("short.l11-{e}.test", SINK, "a connection to it is open")
          .check();
      // Nor was it the grace that the daemon gives to old connections after its start.
      assertEquals(midstream, status.count(Counter.FLOWS_MIDSTREAM_ACCEPTED));
    }
  }

  /**
   * Looks up, connects, sends a line, waits for the file, sends another; prints what comes back.
   */
  private static BackgroundProcess talk(Vantage at, String name, Path file) {
    String script =
        "dig +short +tries=1 +timeout=5 @%s %s %s; "
            + "(echo before; until [ -e '%s' ]; do sleep 0.1; done; echo after) | nc -nN -w 60 %s %d";
    String filled =
        script.formatted(
            at.trusted(), Sites.of(name, at), at.type(), file, SITES.address(name, at), SINK);
    return names.lab().start(at.room(), "talk-" + at, List.of("sh", "-ec", filled));
  }

  private static boolean said(BackgroundProcess process, String line) {
    return process.log().lines().anyMatch(line::equals);
  }

  @Test
  void l14_answersWithAnErrorCodeDoNotOpen() {
    String absent = "nxdomain.l14-{e}.test";
    String failed = "servfail.l14-{e}.test";
    everywhere()
        .atOnce(
            at -> {
              // The address is in the answer section all the same.
              assertHasRecord(ask(at, absent, at.type()), "NXDOMAIN", SITES.address(absent, at));
              assertHasRecord(ask(at, failed, at.type()), "SERVFAIL", SITES.address(failed, at));
              return "";
            });
    everywhere()
        .expectBlocked(absent, Scene.HTTP, "the answer said that there is no such name")
        .expectBlocked(failed, Scene.HTTP, "the answer said that the server failed")
        .check()
        .resolve(absent, failed)
        .expectReachable(absent, Scene.HTTP, "the same answer without an error")
        .expectReachable(failed, Scene.HTTP, "the same answer without an error")
        .check();
  }

  private static void assertHasRecord(String answer, String status, String address) {
    assertTrue(answer.contains("status: " + status), answer);
    assertTrue(answer.lines().anyMatch(line -> line.endsWith(address)), answer);
  }

  @Test
  void l15_malformedAnswersPassAndAreCounted() {
    List<String> malformed =
        List.of("cut.l15-{e}.test", "garbage.l15-{e}.test", "pointer-loop.l15-{e}.test");
    long[] before = countsOfReplies();
    everywhere()
        .atOnce(
            at -> {
              malformed.forEach(name -> assertArrivesMalformed(ask(at, name, at.type())));
              return at;
            });
    long sent = (long) malformed.size() * Vantage.values().length;
    long[] after = countsOfReplies();
    for (int i = 0; i < REPLY_COUNTERS.size(); i++) {
      long expected = REPLY_COUNTERS.get(i) == Counter.DNS_REPLIES_LEARNT ? 0 : sent;
      assertEquals(expected, after[i] - before[i], REPLY_COUNTERS.get(i)::exportedName);
    }
    Scene scene = everywhere();
    malformed.forEach(name -> scene.expectBlocked(name, Scene.HTTP, "its answer was malformed"));
    scene.check().opensByControlName(malformed.toArray(String[]::new));
  }

  private static long[] countsOfReplies() {
    LiveStatus status = new LiveStatus(daemon);
    return REPLY_COUNTERS.stream().mapToLong(status::count).toArray();
  }

  private static void assertArrivesMalformed(String output) {
    assertTrue(output.contains("malformed") || output.contains("bad packet"), output);
  }

  /** Asks the server that errs on purpose; all that dig says. */
  private static String ask(Vantage at, String name, String type) {
    CommandResult result =
        names
            .lab()
            .exec(
                at.room(),
                "dig",
                "+tries=1",
                "+timeout=5",
                "-p",
                Integer.toString(ODD),
                "@" + at.trusted(),
                Sites.of(name, at),
                type);
    return result.stdout() + result.stderr();
  }
}
