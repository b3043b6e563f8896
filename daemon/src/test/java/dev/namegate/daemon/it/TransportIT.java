// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
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

  /** Of the names that have many. */
  private static final int MANY = 120;

  private static final int SIXTY = 60;

  private static final Sites SITES =
      new Sites()
          .with("truncated.tc-{e}.test", "plain.tcp-{e}.test", "largest.big-{e}.test")
          .with("cut-each.tcp-{e}.test", "cut-length.tcp-{e}.test")
          .with("cut-behind.tcp-{e}.test", "cut-parts.tcp-{e}.test")
          .with("one.pipe-{e}.test", "two.pipe-{e}.test", "three.pipe-{e}.test")
          .with("cut-each.again-{e}.test", "cut-each.lossy-{e}.test", "cut-each.twice-{e}.test")
          .with("cut-each.pipe-{e}.test", "four.pipe-{e}.test")
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
                  "*.lossy-{e}.test",
                  "*.twice-{e}.test",
                  "*.big-{e}.test",
                  "*.many.test"));

  /** Nothing keeps the server from sending what it writes at once, each part by itself. */
  private static final String SEGMENT_EACH =
      """
      echo 0 > /proc/sys/net/ipv4/tcp_autocorking
      ip route change 192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.53 initcwnd 500
      ip route change 10.65.0.0/24 via 192.0.2.1 initcwnd 500
      ip route change 2001:db8:2::/64 dev eth0 proto kernel metric 256 initcwnd 500
      ip route change fd65::/64 via 2001:db8:2::1 initcwnd 500
      """;

  /** One segment in three with data is lost before anybody sees it. */
  private static final String LOSS =
      "PREROUTING -i eth0 -p tcp --sport 5353 --tcp-flags PSH PSH"
          + " -m statistic --mode nth --every 3 --packet 1 -j DROP";

  /** Of streams that are given up. */
  private static final List<Counter> LOST =
      List.of(
          Counter.DNS_TCP_SEGMENTS_NOT_FOLLOWED,
          Counter.DNS_TCP_STREAMS_CUT,
          Counter.DNS_TCP_STREAMS_TOO_MUCH_AHEAD,
          Counter.DNS_TCP_STREAMS_CONTRADICTED,
          Counter.DNS_TCP_STREAMS_TOO_MANY_BYTES);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static NamesLab names;

  @SuppressWarnings("NullAway.Init")
  private static LiveStatus status;

  @RegisterExtension
  final LabEvidence evidence = new LabEvidence(() -> names == null ? null : names.lab());

  @BeforeAll
  static void up() {
    names = NamesLab.up(SITES);
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
    outside(SEGMENT_EACH);
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
    resolve("cut-each.again-{e}.test", "+tcp");
    long each = (status.count(Counter.DNS_TCP_SEGMENTS) - segments) / Vantage.values().length;
    assertTrue(each > 20, () -> "segments of one connection: " + each);
  }

  @Test
  void segmentsThatAreLostAndComeLateOpenAsWell() {
    String name = "cut-each.lossy-{e}.test";
    everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    long before = retransmitted();
    inside("iptables -t raw -A " + LOSS + "; ip6tables -t raw -A " + LOSS);
    try {
      resolve(name, "+tcp");
    } finally {
      inside("iptables -t raw -D " + LOSS + "; ip6tables -t raw -D " + LOSS);
    }
    long again = retransmitted() - before;
    assertTrue(again >= 4L * Vantage.values().length, () -> "segments sent again: " + again);
    everywhere().expectReachable(name, Scene.HTTP, "the stream had its address").check();
    expectNoStreamLost();
  }

  @Test
  void segmentsThatComeTwiceOpenAsWell() {
    String name = "cut-each.twice-{e}.test";
    everywhere().expectBlocked(name, Scene.HTTP, "nobody asked for it yet").check();
    long before = status.count(Counter.DNS_TCP_MESSAGES);
    long segments = status.count(Counter.DNS_TCP_SEGMENTS);
    String twice = " -t mangle -A POSTROUTING -o eth0 -p tcp --sport 5353 -j TEE --gateway ";
    outside("iptables" + twice + "192.0.2.1; ip6tables" + twice + "2001:db8:2::1");
    try {
      resolve(name, "+tcp");
    } finally {
      outside("iptables -t mangle -F POSTROUTING; ip6tables -t mangle -F POSTROUTING");
    }
    everywhere().expectReachable(name, Scene.HTTP, "the stream had its address").check();
    assertEquals(before + Vantage.values().length, status.count(Counter.DNS_TCP_MESSAGES));
    // A reply of less than 80 octets, an octet each.
    long each = (status.count(Counter.DNS_TCP_SEGMENTS) - segments) / Vantage.values().length;
    assertTrue(each > 100, () -> "segments of one connection: " + each);
    expectNoStreamLost();
  }

  private static void expectNoStreamLost() {
    for (Counter lost : LOST) {
      assertEquals(0, status.count(lost), lost::toString);
    }
  }

  /** Segments that servers have sent again. */
  private static long retransmitted() {
    String counted = outside("nstat -asz TcpRetransSegs");
    return Long.parseLong(counted.replaceFirst("(?s).*TcpRetransSegs\\s+(\\d+).*", "$1"));
  }

  private static String outside(String script) {
    return names.lab().exec(Room.NET, "sh", "-ec", script).orFail().stdout();
  }

  private static void inside(String script) {
    names.lab().exec(Room.HOST, "sh", "-ec", script).orFail();
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
