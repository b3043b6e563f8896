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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resolve a fresh name, connect at once, again and again: in the modes that hold something, not one
 * first packet is lost or late. Each cycle has a name and an address of its own, so each asks for a
 * commit and a decision.
 *
 * <p>400 cycles of each mode and way that loses nothing, 80 of the others; with {@code
 * -Dnamegate.full=true} 10,000.
 */
final class RaceIT {
  private static final boolean FULL = Boolean.getBoolean("namegate.full");
  private static final int PORT = 7000;

  /** Cycles of each of the four runs of one daemon. */
  private static final int CYCLES = FULL ? 2_500 : 100;

  /** Where a first packet may be lost: each that is takes a second. */
  private static final int MISSING_CYCLES = FULL ? 2_500 : 20;

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

  /** Stages on threads of their own make a difference where replies wait for them. */
  @ParameterizedTest(name = "{0}, kernelFastPath {1}, stages {2}")
  @CsvSource({
    "DelayDNSResponse, Enabled, Polled",
    "DelayDNSResponse, Disabled, Own",
    "Inline, Enabled, Own",
    "Inline, Disabled, Polled",
    "DelayDeniedPacket, Enabled, Polled",
    "DelayDeniedPacket, Disabled, Own",
  })
  void d9FirstPacketAfterTheAnswerIsNeverLost(String mode, String fastPath, String stageThreads) {
    LiveStatus status = start(mode, fastPath, stageThreads);
    for (RaceResult result : raceEverywhere(CYCLES)) {
      assertEquals(new RaceResult(CYCLES, CYCLES, 0, 0, 0, 0), result, () -> mode + sink.log());
    }
    // A copied answer may be with its client before we have it.
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 4L * CYCLES);
    assertEquals(0, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
    assertEquals(0, status.count(Counter.QUEUE_OVERRUNS));
    assertEquals(0, status.count(Counter.DNS_REPLY_COPIES_LOST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Enabled", "Disabled"})
  void noDelayMayLoseFirstPacketsAndNoConnection(String fastPath) {
    LiveStatus status = start("NoDelay", fastPath, "Polled");
    for (RaceResult result : raceEverywhere(MISSING_CYCLES)) {
      System.out.println("NoDelay, kernelFastPath " + fastPath + ": " + result);
      assertEquals(MISSING_CYCLES, result.connected(), result::toString);
    }
    assertEquals(0, status.count(Counter.FLOWS_HELD));
    assertEquals(0, status.count(Counter.DNS_REPLY_COPIES_LOST));
  }

  private LiveStatus start(String mode, String fastPath, String stageThreads) {
    LabResources resources =
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: [192.0.2.53, '2001:db8:2::53']", "dnsPolicyMode: " + mode)
            .namegate("stageThreads: " + stageThreads, "kernelFastPath: " + fastPath)
            .allow(List.of(53), "*.race.test");
    daemon = DaemonProcess.start(lab, resources.write(lab));
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, "198.18.0.1", PORT, "its name is not resolved yet")
        .expectBlocked(Room.HOST, "2001:db8:18::1", PORT, "its name is not resolved yet")
        .check();
    return new LiveStatus(daemon);
  }

  private static List<RaceResult> raceEverywhere(int cycles) {
    return List.of(
        race(Room.WORKLOAD, Lab.TRUSTED, "A", cycles),
        race(Room.WORKLOAD, Lab.TRUSTED6, "AAAA", cycles),
        race(Room.HOST, Lab.TRUSTED, "A", cycles),
        race(Room.HOST, Lab.TRUSTED6, "AAAA", cycles));
  }

  private static RaceResult race(Room room, String server, String type, int cycles) {
    RaceResult result =
        RaceResult.run(lab, room, server, "race.test", nextName, cycles, PORT, type);
    nextName += cycles;
    return result;
  }
}
