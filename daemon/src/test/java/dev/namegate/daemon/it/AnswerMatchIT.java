// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.DnsDatagram;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDns;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Row L7 further: one thing wrong at a time, duplicates, and a server that is a workload. The test
 * sends queries and replies itself, so that every field of them is chosen.
 */
final class AnswerMatchIT {
  /** No server listens on this port of the trusted addresses. */
  private static final int MUTE = 5354;

  private static final int CLIENT = 40001;
  private static final String NAME = "x.good.test";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
    lab.web();
  }

  @AfterEach
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private LiveStatus enforce(String trusted) {
    Path resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: " + trusted)
            .allow(List.of(53, MUTE), "*.good.test")
            .write(lab);
    return new LiveStatus(DaemonProcess.start(lab, resources));
  }

  private void send(Room room, String kind, Object... fields) {
    List<String> arguments = new ArrayList<>(List.of(kind));
    for (Object field : fields) {
      arguments.add(field.toString());
    }
    lab.execJava(room, Duration.ofSeconds(20), DnsDatagram.class, arguments.toArray(String[]::new))
        .orFail();
  }

  @Test
  @DisplayName(
      "L7: over IPv6, id, name, type, class, port and flow each alone wrong, and a duplicate")
  void l7OneThingWrongIsEnough() {
    LiveStatus status = enforce("['[2001:db8:2::53]:" + MUTE + "']");
    send(Room.WORKLOAD, "query", "fd65::2", CLIENT, Lab.TRUSTED6, MUTE, 7, NAME, "AAAA");
    send(Room.WORKLOAD, "query", "fd65::2", CLIENT + 1, Lab.TRUSTED6, MUTE, 7, "y.good.test", "A");
    status.await(Counter.DNS_QUERIES_SEEN, count -> count == 2);
    reply(CLIENT, 8, NAME, 41, "IN");
    reply(CLIENT, 7, "z.good.test", 42, "IN");
    send(Room.NET, "reply", Lab.TRUSTED6, MUTE, "fd65::2", CLIENT, 7, NAME, "198.51.100.43", "IN");
    reply(CLIENT, 7, NAME, 44, "CH");
    reply(CLIENT + 1, 7, NAME, 45, "IN");
    status.await(Counter.DNS_REPLIES_UNASKED, count -> count >= 4);
    // From another port it is no reply of the flow: the kernel does not even queue it.
    send(Room.NET, "reply", Lab.TRUSTED6, MUTE + 1, "fd65::2", CLIENT, 7, NAME, address(46), "IN");
    assertEquals(0, status.count(Counter.DNS_REPLIES_LEARNT));

    reply(CLIENT, 7, NAME, 47, "IN");
    status.await(Counter.DNS_REPLIES_LEARNT, count -> count == 1);
    long unasked = status.count(Counter.DNS_REPLIES_UNASKED);
    reply(CLIENT, 7, NAME, 47, "IN");
    status.await(Counter.DNS_REPLIES_UNASKED, count -> count == unasked + 1);
    reply(CLIENT, 7, NAME, 48, "IN");
    status.await(Counter.DNS_REPLIES_UNASKED, count -> count == unasked + 2);

    assertEquals(1, status.count(Counter.DNS_REPLIES_LEARNT));
    Connectivity expected =
        new Connectivity(lab)
            .expectReachable(Room.WORKLOAD, address(47), 80, "the answer")
            .expectBlocked(Room.WORKLOAD, "198.51.100.43", 80, "the type was wrong");
    for (int wrong : new int[] {41, 42, 44, 45, 46, 48}) {
      expected.expectBlocked(Room.WORKLOAD, address(wrong), 80, "one thing was wrong");
    }
    expected.check();
  }

  private void reply(int clientPort, int id, String name, int number, String dclass) {
    send(
        Room.NET,
        "reply",
        Lab.TRUSTED6,
        MUTE,
        "fd65::2",
        clientPort,
        id,
        name,
        address(number),
        dclass);
  }

  private static String address(int number) {
    return Vantage.outside(number, true);
  }

  @Test
  @DisplayName("L7: a workload that is listed teaches, and no other workload in its name")
  void l7ServerThatIsAWorkloadTeachesAndCannotBeForged() throws IOException {
    Path records = lab.work().resolve("records-of-workload.txt");
    Files.writeString(records, "one.good.test. 300 A 198.51.100.11\n");
    lab.startJava(Room.WORKLOAD2, LabDns.class, records.toString(), "53", "10.65.0.3");
    LiveStatus status = enforce("[10.65.0.3, '10.65.0.3:" + MUTE + "']");
    String answer =
        lab.exec(Room.WORKLOAD, "dig", "+short", "+tries=1", "@10.65.0.3", "one.good.test")
            .orFail()
            .stdout();
    assertEquals("198.51.100.11\n", answer);
    assertEquals(1, status.count(Counter.DNS_REPLIES_LEARNT));
    new Connectivity(lab)
        .expectReachable(Room.WORKLOAD, "198.51.100.11", 80, "the listed workload said so")
        .check();

    // The host asks; the other workload answers in the name of the listed one.
    lab.exec(Room.WORKLOAD, "ip", "address", "add", "10.65.0.3/32", "dev", "lo").orFail();
    long allowed = status.count(Counter.FLOWS_ALLOWED);
    send(Room.HOST, "query", "192.0.2.1", CLIENT, "10.65.0.3", MUTE, 9, NAME, "A");
    assertEquals(allowed, status.count(Counter.FLOWS_ALLOWED), "the host may reach its workloads");
    String forged = "198.51.100.51";
    send(Room.WORKLOAD, "reply", "10.65.0.3", MUTE, "192.0.2.1", CLIENT, 9, NAME, forged);
    send(Room.WORKLOAD2, "reply", "10.65.0.3", MUTE, "192.0.2.1", CLIENT, 9, NAME, "198.51.100.52");
    status.await(Counter.DNS_REPLIES_LEARNT, count -> count == 2);
    new Connectivity(lab)
        .expectBlocked(Room.HOST, forged, 80, "a forgery")
        .expectReachable(Room.HOST, "198.51.100.52", 80, "the listed workload said so")
        .check();
    assertEquals(2, status.count(Counter.DNS_REPLIES_RECEIVED));
  }
}
