// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.lab.SegmentShuffler;
import dev.namegate.daemon.lab.StreamClient;
import dev.namegate.daemon.stats.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However an answer travels, it is learnt before its client has it: row L17, fragments, truncation
 * and DNS over TCP, on a port of its own, as a workload and as the host, over both families.
 */
final class TransportIT {
  /** The port of the trusted addresses where {@code LabDns} answers; TCP is trusted there, too. */
  private static final int PORT = 5353;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final long SEED = Long.getLong("seed", System.nanoTime());

  /** Of the names that have many. */
  private static final int MANY = 120;

  private static final int SIXTY = 60;

  private static final Sites SITES =
      new Sites()
          .with("truncated.tc-{e}.test", "plain.tcp-{e}.test", "largest.big-{e}.test")
          .with("cut-each.tcp-{e}.test", "cut-length.tcp-{e}.test")
          .with("cut-behind.tcp-{e}.test", "cut-parts.tcp-{e}.test")
          .with("one.pipe-{e}.test", "two.pipe-{e}.test", "three.pipe-{e}.test")
          .with("cut-each.pipe-{e}.test", "four.pipe-{e}.test")
          .with("cut-each.each-{e}.test", "cut-each.bad-{e}.test", "cut-parts.bad-{e}.test")
          .with("denied.pipe-{e}.other");

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
            protocol: TCP
            destination: {ports: [53, %d]}
          - action: Allow
            destination:
              domains: %s
      """
          .formatted(
              PORT,
              PORT,
              Sites.domains(
                  Sites.CONTROL,
                  "*.tc-{e}.test",
                  "*.tcp-{e}.test",
                  "*.pipe-{e}.test",
                  "*.each-{e}.test",
                  "*.bad-{e}.test",
                  "*.big-{e}.test",
                  "*.many.test"));

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @SuppressWarnings("NullAway.Init")
  private static LiveStatus status;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    System.out.println("seed " + SEED);
    names = NamesLab.up(SITES);
    // Else small segments wait for one another, or for the window, and become one.
    names
        .lab()
        .exec(
            Room.NET,
            "sh",
            "-ec",
            "echo 0 > /proc/sys/net/ipv4/tcp_autocorking;"
                + " ip route | while read -r each; do ip route change $each initcwnd 200; done;"
                + " ip -6 route | while read -r each;"
                + " do ip -6 route change $each initcwnd 200 || true; done")
        .orFail();
    Stream<String> many =
        Stream.of(Vantage.values())
            .flatMap(
                at ->
                    Stream.of(
                        records("sixty", SIXTY, at),
                        records("large-4000", MANY, at),
                        records("large-60000", MANY, at),
                        records("streamed", MANY, at)))
            .flatMap(List::stream);
    LabDnsProcess.start(
        names.lab(),
        PORT,
        List.of(Vantage.HOST_V4.trusted(), Vantage.HOST_V6.trusted()),
        Stream.concat(Stream.of(SITES.zoneFile()), many).toArray(String[]::new));
    status = new LiveStatus(names.enforce(NamesLab.TRUST, POLICY));
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

  /** A name that has so many addresses, for one vantage alone. */
  private static List<String> records(String label, int count, Vantage at) {
    return IntStream.range(0, count)
        .mapToObj(i -> manyName(label, at) + ". 300 " + at.type() + " " + address(label, i, at))
        .toList();
  }

  private static String manyName(String label, Vantage at) {
    return label
        + "."
        + at.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')
        + ".many.test";
  }

  /** The addresses of each label and vantage are a block of 256. */
  private static String address(String label, int index, Vantage at) {
    int block =
        List.of("sixty", "large-4000", "large-60000", "streamed").indexOf(label)
                * Vantage.values().length
            + at.ordinal();
    return at.type().equals("A")
        ? "198.18." + (100 + block) + "." + (1 + index)
        : "2001:db8:18::" + Integer.toHexString(0x100 + block) + ":" + (1 + index);
  }

  /** All that dig says of one question. */
  private static String dig(Vantage at, String name, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("dig", "+tries=1", "+timeout=5", "-p", "" + PORT, "@" + at.trusted()));
    command.addAll(List.of(name, at.type()));
    command.addAll(List.of(options));
    CommandResult result = names.lab().exec(at.room(), command.toArray(String[]::new));
    return result.orFail().stdout();
  }

  private static void resolve(String name, String... options) {
    everywhere()
        .atOnce(
            at -> {
              String answer = dig(at, Sites.of(name, at), options);
              assertTrue(answer.contains(SITES.address(name, at)), answer);
              return "";
            });
  }

  @Test
  void truncatedAnswerOpensNothingAndItsRetryOverTcpDoes() {
    String name = "truncated.tc-{e}.test";
    everywhere()
        .atOnce(
            at -> {
              String answer = dig(at, Sites.of(name, at), "+ignore");
              assertTrue(answer.contains(" tc "), answer);
              return "";
            });
    everywhere().expectBlocked(name, Scene.HTTP, "the answer was truncated").check();
    resolve(name);
    everywhere().expectReachable(name, Scene.HTTP, "dig asked again over TCP").check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "cut-each", "cut-length", "cut-behind", "cut-parts"})
  void answerOverTcpOpensHoweverItIsCut(String label) {
    String name = label + ".tcp-{e}.test";
    everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    long messages = status.count(Counter.DNS_TCP_MESSAGES);
    resolve(name, "+tcp");
    everywhere().expectReachable(name, Scene.HTTP, "the stream had its address").check();
    assertEquals(messages + Vantage.values().length, status.count(Counter.DNS_TCP_MESSAGES));
  }

  @Test
  void anOctetEachIsASegmentEach() {
    long segments = status.count(Counter.DNS_TCP_SEGMENTS);
    resolve("cut-each.each-{e}.test", "+tcp");
    long each = (status.count(Counter.DNS_TCP_SEGMENTS) - segments) / Vantage.values().length;
    assertTrue(each > 50, () -> "segments of one connection: " + each);
  }

  @Test
  void segmentsThatComeInAnotherOrderOrTwiceTeachTheSame() {
    Lab lab = names.lab();
    String segments = "-p tcp --sport " + PORT + " -m tcp ! --tcp-flags SYN SYN";
    String lead = "tables -A OUTPUT " + segments + " -m length --length %d: -j NFQUEUE";
    String script = "ip" + lead.formatted(53) + "; ip6" + lead.formatted(73);
    BackgroundProcess network =
        lab.startJava(Room.NET, SegmentShuffler.class, "0", Long.toString(SEED));
    lab.exec(Room.NET, "sh", "-ec", script).orFail();
    try {
      for (String label : List.of("cut-each", "cut-parts")) {
        String name = label + ".bad-{e}.test";
        everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
        resolve(name, "+tcp", "+timeout=15");
        everywhere().expectReachable(name, Scene.HTTP, "the stream had its address").check();
      }
    } finally {
      lab.exec(Room.NET, "sh", "-ec", script.replace("-A OUTPUT", "-D OUTPUT")).orFail();
      network.close();
    }
    assertTrue(network.log().contains(" shuffled, "), network::log);
    assertTrue(network.log().matches("(?s).* [1-9]\\d* lost.*"), network::log);
  }

  @Test
  void answersThatComeTogetherAllOpen() {
    pipeline("one.pipe-{e}.test", "two.pipe-{e}.test", "denied.pipe-{e}.other");
    everywhere()
        .expectReachable("one.pipe-{e}.test", Scene.HTTP, "the first of the stream")
        .expectReachable("two.pipe-{e}.test", Scene.HTTP, "the second of the stream")
        .expectBlocked("denied.pipe-{e}.other", Scene.HTTP, "policy does not allow the name")
        .check();
    pipeline("three.pipe-{e}.test", "cut-each.pipe-{e}.test", "four.pipe-{e}.test");
    everywhere()
        .expectReachable("three.pipe-{e}.test", Scene.HTTP, "the first of the stream")
        .expectReachable("cut-each.pipe-{e}.test", Scene.HTTP, "the second of the stream")
        .expectReachable("four.pipe-{e}.test", Scene.HTTP, "the third of the stream")
        .check();
  }

  private static void pipeline(String... asked) {
    for (String name : asked) {
      everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    }
    everywhere()
        .atOnce(
            at -> {
              List<String> arguments = new ArrayList<>(List.of(at.trusted(), "" + PORT, at.type()));
              Stream.of(asked).forEach(name -> arguments.add(Sites.of(name, at)));
              String answers =
                  names
                      .lab()
                      .execJava(
                          at.room(), LIMIT, StreamClient.class, arguments.toArray(String[]::new))
                      .orFail()
                      .stdout();
              List<String> expected =
                  Stream.of(asked).map(name -> SITES.address(name, at)).toList();
              assertEquals(expected, answers.lines().map(TransportIT::normal).toList());
              return "";
            });
  }

  /** dnsjava writes IPv6 addresses in full. */
  private static String normal(String address) {
    return dev.namegate.packet.IpAddress.parse(address).toString();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "sixty, 60, 900, +bufsize=4096",
    "large-4000, 120, 4000, +bufsize=4096",
    "large-60000, 120, 60000, +bufsize=65535",
    "streamed, 120, 1900, +tcp",
  })
  void l17_everyAddressOfALargeAnswerOpens(String label, int count, int atLeast, String option) {
    Scene before = everywhere();
    Scene after = everywhere();
    for (Vantage at : Vantage.values()) {
      for (int i : new int[] {0, 1, count / 2, count - 2, count - 1}) {
        String address = address(label, i, at);
        before.expectBlocked(at.room(), address, Scene.HTTP, "nobody asked for it yet");
        after.expectReachable(at.room(), address, Scene.HTTP, "the answer had it");
      }
    }
    before.check();
    everywhere()
        .atOnce(
            at -> {
              String answer = dig(at, manyName(label, at), option);
              assertTrue(answer.contains("ANSWER: " + count + ","), answer);
              String size = answer.replaceFirst("(?s).*MSG SIZE\\s+rcvd: (\\d+).*", "$1");
              assertTrue(Integer.parseInt(size) >= atLeast, answer);
              return "";
            });
    after.check();
  }

  @Test
  void answerLargerThanIsCopiedArrivesUnlearntAndIsCounted() {
    String name = "largest.big-{e}.test";
    long tooLarge = status.count(Counter.DNS_REPLIES_TOO_LARGE);
    everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    resolve(name, "+bufsize=65535");
    everywhere().expectBlocked(name, Scene.HTTP, "its answer could not be seen whole").check();
    assertEquals(tooLarge + Vantage.values().length, status.count(Counter.DNS_REPLIES_TOO_LARGE));
    resolve(name, "+tcp");
    everywhere().expectReachable(name, Scene.HTTP, "the stream had its address").check();
  }
}
