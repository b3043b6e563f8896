// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.BackgroundProcess;
import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.RaceResult;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.lab.TcpSink;
import dev.namegate.daemon.stats.Counter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resolve a fresh name, connect at once, again and again: not one first packet is lost or late.
 * Each cycle has a name and an address of its own, so each asks for a commit and a decision.
 *
 * <p>1,200 cycles, half with polled stages and half with stages on threads of their own; with
 * {@code -Dnamegate.full=true} 10,000 of each.
 */
final class RaceIT {
  private static final boolean FULL = Boolean.getBoolean("namegate.full");
  private static final int PORT = 7000;

  /** Cycles of each of the four runs of one daemon. */
  private static final int CYCLES = FULL ? 2_500 : 150;

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static BackgroundProcess sink;

  /** A name is fresh once in the lab's life. */
  private static int nextName = 1;

  @SuppressWarnings("NullAway.Init") // every test starts its own
  private DaemonProcess daemon;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    LabDnsProcess.trusted(lab);
    sink = TcpSink.start(lab, Integer.toString(PORT));
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

  @ParameterizedTest
  @ValueSource(strings = {"Polled", "Own"})
  void d9FirstPacketAfterTheAnswerIsNeverLost(String stageThreads) {
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']")
            .namegate("stageThreads: " + stageThreads)
            .allow(List.of(53), "*.race.test");
    daemon = DaemonProcess.start(lab, resources.write(lab));
    LiveStatus status = new LiveStatus(daemon);
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, "198.18.0.1", PORT, "its name is not resolved yet")
        .expectBlocked(Room.HOST, "2001:db8:18::1", PORT, "its name is not resolved yet")
        .check();

    race(Room.WORKLOAD, Lab.TRUSTED, "A");
    race(Room.WORKLOAD, Lab.TRUSTED6, "AAAA");
    race(Room.HOST, Lab.TRUSTED, "A");
    race(Room.HOST, Lab.TRUSTED6, "AAAA");

    assertEquals(4L * CYCLES, status.count(Counter.DNS_REPLIES_LEARNT));
    assertEquals(0, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
    assertEquals(0, status.count(Counter.QUEUE_OVERRUNS));
  }

  private static void race(Room room, String server, String type) {
    RaceResult result =
        RaceResult.run(lab, room, server, "race.test", nextName, CYCLES, PORT, type);
    nextName += CYCLES;
    assertEquals(
        new RaceResult(CYCLES, CYCLES, 0, 0, 0, 0), result, () -> room + " " + type + sink.log());
  }
}
