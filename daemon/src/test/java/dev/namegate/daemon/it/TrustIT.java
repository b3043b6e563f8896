// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.DnsDatagram;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who is believed (<em>trusted-source</em>): rows T1–T3, L7 and L8, forged sources, and resolvers
 * on the host itself.
 *
 * <p>That something was not learnt is shown in pairs: the address stays unreachable after the
 * answer that must not teach, and is reachable after the same answer from where it should.
 */
final class TrustIT {
  /** No server listens on this port of the trusted addresses: its replies are the test's own. */
  private static final int MUTE = 5354;

  private static final String[] RECORDS = {
    "one.good.test. 300 A 198.51.100.11",
    "one.good.test. 300 AAAA 2001:db8:100::11",
    "wrong-id.good.test. 300 A 198.51.100.21",
    "wrong-question.good.test. 300 A 198.51.100.22",
    "no-question.good.test. 300 A 198.51.100.23",
    "other-port.good.test. 300 A 198.51.100.24",
    "second.good.test. 300 A 198.51.100.25",
    "also-answer.good.test. 300 A 198.51.100.31",
    "also-authority.good.test. 300 A 198.51.100.32",
    "also-additional.good.test. 300 A 198.51.100.33",
    "also-answer.good.test. 300 AAAA 2001:db8:100::31",
    "also-authority.good.test. 300 AAAA 2001:db8:100::32",
    "also-additional.good.test. 300 AAAA 2001:db8:100::33",
    "bystander.good.test. 300 A 198.51.100.99",
    "bystander.good.test. 300 AAAA 2001:db8:100::99",
  };

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @SuppressWarnings("NullAway.Init")
  private LiveStatus status;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(lab, RECORDS);
    LabDnsProcess.start(lab, 5353, List.of(Lab.TRUSTED, Lab.TRUSTED6), RECORDS);
    // A forger in the second workload: it owns what it claims to be, so that its kernel plays
    // along.
    ip(Room.WORKLOAD2, "address", "add", Lab.TRUSTED + "/32", "dev", "lo");
    ip(Room.WORKLOAD2, "address", "add", Lab.TRUSTED6 + "/128", "dev", "lo", "nodad");
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
  }

  private static void ip(Room room, String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    lab.exec(room, command).orFail();
  }

  private void start(String trustedServers, String... felix) {
    String[] settings = new String[felix.length + 1];
    settings[0] = "dnsTrustedServers: " + trustedServers;
    System.arraycopy(felix, 0, settings, 1, felix.length);
    LabResources resources =
        LabResources.ofAllEndpoints().felix(settings).allow(List.of(53, 5353, MUTE), "*.good.test");
    daemon = DaemonProcess.start(lab, resources.write(lab));
    status = new LiveStatus(daemon);
  }

  /** Asks and checks that the answer arrived: whether it taught is another thing. */
  private static void resolve(Room room, String server, int port, String name, String type) {
    assertTrue(
        dig(room, server, port, name, type).lines().anyMatch(line -> line.matches("[0-9a-f.:]+")),
        () -> name + " " + type + " of " + server + " port " + port + " has no answer");
  }

  private static String dig(Room room, String server, int port, String name, String type) {
    return lab.exec(
            room,
            "dig",
            "+short",
            "+tries=1",
            "+timeout=5",
            "-p",
            Integer.toString(port),
            "@" + server,
            name,
            type)
        .stdout();
  }

  private static Connectivity expect() {
    return new Connectivity(lab);
  }

  @Test
  void t1TrustedAddressWithoutPortMeansPort53Alone() {
    start("[192.0.2.53]");
    resolve(Room.WORKLOAD, Lab.TRUSTED, 5353, "one.good.test", "A");
    resolve(Room.HOST, Lab.TRUSTED, 5353, "one.good.test", "A");
    expect()
        .expectBlocked(Room.WORKLOAD, "198.51.100.11", 80, "learnt from port 5353 only")
        .expectBlocked(Room.HOST, "198.51.100.11", 80, "learnt from port 5353 only")
        .check();
    assertEquals(0, status.count(Counter.DNS_REPLIES_RECEIVED));
    resolve(Room.WORKLOAD, Lab.TRUSTED, 53, "one.good.test", "A");
    expect()
        .expectReachable(Room.WORKLOAD, "198.51.100.11", 80, "port 53 is trusted")
        .expectReachable(Room.HOST, "198.51.100.11", 80, "port 53 is trusted")
        .check();
  }

  @Test
  void t2TrustedAddressWithPortMeansThatPortAlone() {
    start("['192.0.2.53:5353']");
    resolve(Room.WORKLOAD, Lab.TRUSTED, 53, "one.good.test", "A");
    resolve(Room.HOST, Lab.TRUSTED, 53, "one.good.test", "A");
    expect()
        .expectBlocked(Room.WORKLOAD, "198.51.100.11", 80, "learnt from port 53 only")
        .expectBlocked(Room.HOST, "198.51.100.11", 80, "learnt from port 53 only")
        .check();
    assertEquals(0, status.count(Counter.DNS_REPLIES_RECEIVED));
    resolve(Room.HOST, Lab.TRUSTED, 5353, "one.good.test", "A");
    expect()
        .expectReachable(Room.WORKLOAD, "198.51.100.11", 80, "port 5353 is trusted")
        .expectReachable(Room.HOST, "198.51.100.11", 80, "port 5353 is trusted")
        .check();
  }

  @Test
  void t3TrustedIpv6AddressWithoutPortMeansPort53Alone() {
    start("['2001:db8:2::53']");
    ipv6TeachesFrom(53, 5353);
  }

  @Test
  void t3TrustedIpv6AddressInBracketsWithPortMeansThatPortAlone() {
    start("['[2001:db8:2::53]:5353']");
    ipv6TeachesFrom(5353, 53);
  }

  private void ipv6TeachesFrom(int trusted, int other) {
    resolve(Room.WORKLOAD, Lab.TRUSTED6, other, "one.good.test", "AAAA");
    resolve(Room.HOST, Lab.TRUSTED6, other, "one.good.test", "AAAA");
    // The same server's other address is not listed.
    resolve(Room.WORKLOAD, Lab.TRUSTED, trusted, "one.good.test", "AAAA");
    expect()
        .expectBlocked(Room.WORKLOAD, "2001:db8:100::11", 80, "learnt from port " + other)
        .expectBlocked(Room.HOST, "2001:db8:100::11", 80, "learnt from port " + other)
        .check();
    assertEquals(0, status.count(Counter.DNS_REPLIES_RECEIVED));
    resolve(Room.WORKLOAD, Lab.TRUSTED6, trusted, "one.good.test", "AAAA");
    expect()
        .expectReachable(Room.WORKLOAD, "2001:db8:100::11", 80, "learnt from port " + trusted)
        .expectReachable(Room.HOST, "2001:db8:100::11", 80, "learnt from port " + trusted)
        .check();
  }

  @Test
  void l7ReplyThatAnswersNoQuestionOfItsFlowTeachesNothing() {
    start("[192.0.2.53]");
    List<String> odd = List.of("wrong-id", "wrong-question", "no-question", "other-port", "second");
    String each = "dig +tries=1 +timeout=1 @" + Lab.TRUSTED + " $n.good.test & ";
    String all = "for n in " + String.join(" ", odd) + "; do " + each + " done; wait";
    lab.exec(Room.WORKLOAD, "sh", "-c", all).orFail();
    // What comes from another port is no reply of the flow at all, so the kernel does not queue it.
    status.await(Counter.DNS_REPLIES_RECEIVED, count -> count == 5);
    expect()
        .expectBlocked(Room.WORKLOAD, "198.51.100.21", 80, "the id was wrong")
        .expectBlocked(Room.WORKLOAD, "198.51.100.22", 80, "the name was wrong")
        .expectBlocked(Room.WORKLOAD, "198.51.100.23", 80, "there was no question")
        .expectBlocked(Room.WORKLOAD, "198.51.100.24", 80, "it came from another port")
        .expectBlocked(Room.WORKLOAD, "198.51.100.99", 80, "nobody asked, or it came second")
        .expectReachable(Room.WORKLOAD, "198.51.100.25", 80, "the first answer teaches")
        .check();
    assertEquals(1, status.count(Counter.DNS_REPLIES_LEARNT));
    assertEquals(
        4, status.count(Counter.DNS_REPLIES_UNASKED) + status.count(Counter.DNS_REPLIES_INVALID));
  }

  /**
   * As above with every field of the reply chosen; the last one shows that the question was open.
   */
  @Test
  void l7OnlyTheReplyWithIdNameTypeAndPortsOfTheQuestionTeaches() {
    start("['192.0.2.53:" + MUTE + "']");
    String arrived = "PREROUTING -p udp --dport " + MUTE;
    lab.exec(Room.NET, "sh", "-c", "iptables -t raw -A " + arrived).orFail();
    send(Room.WORKLOAD, "query", "10.65.0.2", 40001, Lab.TRUSTED, MUTE, 7, "x.good.test", "A");
    // A second flow to the same server has no question of that name.
    send(Room.WORKLOAD, "query", "10.65.0.2", 40002, Lab.TRUSTED, MUTE, 7, "y.good.test", "A");
    LiveStatus.await(
        () ->
            lab.exec(Room.NET, "sh", "-c", "iptables -t raw -nvxL PREROUTING | grep dpt:" + MUTE)
                .stdout()
                .strip()
                .startsWith("2 "),
        () -> "both questions have arrived: " + status.text());
    answer(40001, 8, "x.good.test", "198.51.100.41");
    answer(40001, 7, "z.good.test", "198.51.100.42");
    answer(40001, 7, "x.good.test", "2001:db8:100::43");
    answer(40002, 7, "x.good.test", "198.51.100.44");
    status.await(Counter.DNS_REPLIES_UNASKED, count -> count == 4);
    assertEquals(0, status.count(Counter.DNS_REPLIES_LEARNT));
    answer(40001, 7, "x.good.test", "198.51.100.45");
    status.await(Counter.DNS_REPLIES_LEARNT, count -> count == 1);
    answer(40001, 7, "x.good.test", "198.51.100.46");
    status.await(Counter.DNS_REPLIES_UNASKED, count -> count == 5);
    expect()
        .expectBlocked(Room.WORKLOAD, "198.51.100.41", 80, "the id was wrong")
        .expectBlocked(Room.WORKLOAD, "198.51.100.42", 80, "the name was wrong")
        .expectBlocked(Room.WORKLOAD, "2001:db8:100::43", 80, "the type was wrong")
        .expectBlocked(Room.WORKLOAD, "198.51.100.44", 80, "another flow had asked")
        .expectReachable(Room.WORKLOAD, "198.51.100.45", 80, "it was the answer")
        .expectBlocked(Room.WORKLOAD, "198.51.100.46", 80, "the question had its answer")
        .check();
  }

  private static void answer(int clientPort, int id, String name, String address) {
    send(Room.NET, "reply", Lab.TRUSTED, MUTE, "10.65.0.2", clientPort, id, name, address);
  }

  private static void send(
      Room room,
      String kind,
      String from,
      int fromPort,
      String to,
      int toPort,
      int id,
      String name,
      String typeOrAddress) {
    List<String> arguments =
        List.of(
            kind,
            from,
            Integer.toString(fromPort),
            to,
            Integer.toString(toPort),
            Integer.toString(id),
            name,
            typeOrAddress);
    lab.execJava(room, Duration.ofSeconds(20), DnsDatagram.class, arguments.toArray(String[]::new))
        .orFail();
  }

  @Test
  void l8RecordsOffTheChainAreNotLearnt() {
    start("[192.0.2.53, '2001:db8:2::53']");
    for (String section : List.of("answer", "authority", "additional")) {
      resolve(Room.WORKLOAD, Lab.TRUSTED, 53, "also-" + section + ".good.test", "A");
      resolve(Room.HOST, Lab.TRUSTED6, 53, "also-" + section + ".good.test", "AAAA");
    }
    expect()
        .expectReachable(Room.WORKLOAD, "198.51.100.31", 80, "asked for")
        .expectReachable(Room.WORKLOAD, "198.51.100.32", 80, "asked for")
        .expectReachable(Room.WORKLOAD, "198.51.100.33", 80, "asked for")
        .expectReachable(Room.HOST, "2001:db8:100::31", 80, "asked for")
        .expectReachable(Room.HOST, "2001:db8:100::32", 80, "asked for")
        .expectReachable(Room.HOST, "2001:db8:100::33", 80, "asked for")
        .expectBlocked(Room.WORKLOAD, "198.51.100.99", 80, "a record beside the chain")
        .expectBlocked(Room.HOST, "2001:db8:100::99", 80, "a record beside the chain")
        .check();
    // The policy would allow it: it is not the name that keeps it out.
    resolve(Room.WORKLOAD, Lab.TRUSTED, 53, "bystander.good.test", "A");
    expect().expectReachable(Room.WORKLOAD, "198.51.100.99", 80, "asked for now").check();
  }

  @Test
  void replyThatAWorkloadForgesTowardsAWorkloadDoesNotArrive() {
    start("['192.0.2.53:" + MUTE + "', '[2001:db8:2::53]:" + MUTE + "']");
    forgedReplyDoesNotArrive(
        Room.WORKLOAD, "10.65.0.2", Lab.TRUSTED, "198.51.100.51", "iptables-nft-save");
    forgedReplyDoesNotArrive(
        Room.WORKLOAD, "fd65::2", Lab.TRUSTED6, "2001:db8:100::51", "ip6tables-nft-save");
  }

  @Test
  void replyThatAWorkloadForgesTowardsTheHostDoesNotArrive() {
    start("['192.0.2.53:" + MUTE + "', '[2001:db8:2::53]:" + MUTE + "']");
    forgedReplyDoesNotArrive(
        Room.HOST, "192.0.2.1", Lab.TRUSTED, "198.51.100.52", "iptables-nft-save");
    forgedReplyDoesNotArrive(
        Room.HOST, "2001:db8:2::1", Lab.TRUSTED6, "2001:db8:100::52", "ip6tables-nft-save");
  }

  /**
   * The forger knows all that an answer needs. The server's own datagram, the same bytes, then
   * teaches, and is the only one that a workload ever sees.
   */
  private void forgedReplyDoesNotArrive(
      Room victim, String client, String server, String address, String save) {
    String name = "forged-" + victim + ".good.test";
    String type = address.indexOf(':') < 0 ? "A" : "AAAA";
    long allowed = status.count(Counter.FLOWS_ALLOWED);
    BackgroundProcess capture = captureOn(victim, server);
    send(victim, "query", client, 40010, server, MUTE, 9, name, type);
    status.await(Counter.FLOWS_ALLOWED, count -> count > allowed);
    long received = status.count(Counter.DNS_REPLIES_RECEIVED);
    long dropped = forgeriesDropped(save);

    send(Room.WORKLOAD2, "reply", server, MUTE, client, 40010, 9, name, address);
    LiveStatus.await(() -> forgeriesDropped(save) > dropped, () -> "the forgery was not dropped");
    expect().expectBlocked(victim, address, 80, "learnt from a forgery").check();
    assertEquals(received, status.count(Counter.DNS_REPLIES_RECEIVED));

    send(Room.NET, "reply", server, MUTE, client, 40010, 9, name, address);
    status.await(Counter.DNS_REPLIES_RECEIVED, count -> count == received + 1);
    expect().expectReachable(victim, address, 80, "learnt from the server").check();
    LiveStatus.await(() -> packetsIn(capture) > 0, capture::log);
    assertEquals(1, packetsIn(capture), capture::log);
    capture.close();
  }

  private static long packetsIn(BackgroundProcess capture) {
    return capture.log().lines().filter(line -> line.contains("." + MUTE + " > ")).count();
  }

  /** What eth0 brings from the server's port, one line a packet. */
  private static BackgroundProcess captureOn(Room victim, String server) {
    String filter = "src host " + server + " and udp src port " + MUTE;
    BackgroundProcess capture =
        lab.start(
            victim, "capture", List.of("tcpdump", "-lnni", "eth0", "--immediate-mode", filter));
    LiveStatus.await(() -> capture.log().contains("listening on"), capture::log);
    return capture;
  }

  /** Packets that our source check has dropped. */
  private static long forgeriesDropped(String save) {
    return lab.exec(Room.HOST, save, "-c", "-t", "raw")
        .orFail()
        .stdout()
        .lines()
        .filter(line -> line.contains("-A ng-raw") && line.contains("-j DROP"))
        .mapToLong(line -> Long.parseLong(line.substring(1, line.indexOf(':'))))
        .sum();
  }

  @Test
  void resolverOnTheHostTeachesWhatItAnswersToWorkloads() {
    lab.hostResolver();
    start("[10.65.0.1, 'fd65::1']", "defaultEndpointToHostAction: Accept");
    resolve(Room.WORKLOAD, "10.65.0.1", 53, "one.good.test", "A");
    resolve(Room.WORKLOAD, "fd65::1", 53, "one.good.test", "AAAA");
    assertEquals(2, status.count(Counter.DNS_REPLIES_LEARNT));
    expect()
        .expectReachable(Room.WORKLOAD, "198.51.100.11", 80, "the host's resolver said so")
        .expectReachable(Room.WORKLOAD, "2001:db8:100::11", 80, "the host's resolver said so")
        .expectBlocked(Room.WORKLOAD, "198.51.100.12", 80, "nobody said so")
        .check();
    // Now from the resolver's own memory: it teaches as well.
    resolve(Room.WORKLOAD2, "10.65.0.1", 53, "one.good.test", "A");
    assertEquals(3, status.count(Counter.DNS_REPLIES_LEARNT));
  }

  @Test
  void stubOnLoopbackTeachesWhatItAnswersToLocalProcesses() {
    BackgroundProcess stub = stub();
    start("[127.0.0.53, '::1']");
    expect()
        .expectBlocked(Room.HOST, "198.51.100.11", 80, "nothing is learnt yet")
        .expectBlocked(Room.HOST, "2001:db8:100::11", 80, "nothing is learnt yet")
        .check();
    resolve(Room.HOST, "127.0.0.53", 53, "one.good.test", "A");
    resolve(Room.HOST, "::1", 53, "one.good.test", "AAAA");
    assertEquals(2, status.count(Counter.DNS_REPLIES_LEARNT), stub::log);
    expect()
        .expectReachable(Room.HOST, "198.51.100.11", 80, "the stub said so")
        .expectReachable(Room.HOST, "2001:db8:100::11", 80, "the stub said so")
        .check();
    resolve(Room.HOST, "127.0.0.53", 53, "one.good.test", "A");
    assertEquals(3, status.count(Counter.DNS_REPLIES_LEARNT), "from the stub's memory");
    assertEquals(3, status.count(Counter.DNS_REPLIES_RECEIVED), "each reply is queued once");
    stub.close();
  }

  private static BackgroundProcess stub() {
    BackgroundProcess stub =
        lab.start(
            Room.HOST,
            "stub",
            List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--pid-file=",
                "--user=root",
                "--bind-interfaces",
                "--listen-address=127.0.0.53",
                "--listen-address=::1",
                "--server=" + Lab.TRUSTED));
    LiveStatus.await(
        () ->
            lab.exec(Room.HOST, "ss", "-Hlnu", "sport = :53")
                    .stdout()
                    .lines()
                    .filter(line -> line.contains("127.0.0.53:") || line.contains("[::1]:"))
                    .count()
                == 2,
        stub::log);
    return stub;
  }
}
