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
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Resolve a fresh name, connect at once, again and again: in the modes that hold something, not one
 * first packet is lost or late. Each cycle has a name and an address of its own, so each asks for a
 * commit and a decision.
 *
 * <p>By default a part of the product of mode, fast path and transport, in which each of them
 * occurs with each mode, in 400 cycles that lose nothing or 80 that may. With {@code
 * -Dnamegate.full=true} the whole product, over each family in 10,000 cycles.
 *
 * <p>{@code NoDelay} loses first packets by design, and each would cost the second after which the
 * kernel sends a SYN again: more than ten minutes in 10,000 cycles. So its client gives a first
 * attempt {@link #IMPATIENT} and then tries anew, as many clients do. What it shows stays the same:
 * the answer is learnt soon, and every address connects.
 */
final class RaceIT {
  private static final boolean FULL = Boolean.getBoolean("namegate.full");
  private static final int PORT = 7000;

  /** Cycles of each of the four runs of one daemon. */
  private static final int CYCLES = FULL ? 5_000 : 100;

  /** Where a first packet may be lost. */
  private static final int MISSING_CYCLES = FULL ? 5_000 : 20;

  private static final Duration IMPATIENT = Duration.ofMillis(50);

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private static Lab lab;

  @SuppressWarnings("NullAway.Init")
  private static BackgroundProcess sink;

  /** A name is fresh once in a daemon's life, which starts with nothing learnt. */
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

  /** Mode, fast path, threads of the stages, transport. */
  private static Stream<Arguments> waysThatLoseNothing() {
    return Stream.of(
            Arguments.of("DelayDNSResponse", "Enabled", "Polled", "UDP"),
            Arguments.of("DelayDNSResponse", "Disabled", "Own", "TCP"),
            Arguments.of("Inline", "Enabled", "Own", "TCP"),
            Arguments.of("Inline", "Disabled", "Polled", "UDP"),
            Arguments.of("DelayDeniedPacket", "Enabled", "Polled", "TCP"),
            Arguments.of("DelayDeniedPacket", "Disabled", "Own", "UDP"),
            Arguments.of("DelayDNSResponse", "Enabled", "Own", "TCP"),
            Arguments.of("DelayDNSResponse", "Disabled", "Polled", "UDP"),
            Arguments.of("Inline", "Enabled", "Polled", "UDP"),
            Arguments.of("Inline", "Disabled", "Own", "TCP"),
            Arguments.of("DelayDeniedPacket", "Enabled", "Own", "UDP"),
            Arguments.of("DelayDeniedPacket", "Disabled", "Polled", "TCP"))
        .limit(FULL ? 12 : 6);
  }

  private static Stream<Arguments> waysThatMayLose() {
    return Stream.of(
            Arguments.of("Enabled", "UDP"),
            Arguments.of("Disabled", "TCP"),
            Arguments.of("Enabled", "TCP"),
            Arguments.of("Disabled", "UDP"))
        .limit(FULL ? 4 : 2);
  }

  /** Stages on threads of their own make a difference where replies wait for them. */
  @ParameterizedTest(name = "{0}, kernelFastPath {1}, stages {2}, over {3}")
  @MethodSource("waysThatLoseNothing")
  void d9FirstPacketAfterTheAnswerIsNeverLost(
      String mode, String fastPath, String stageThreads, String transport) {
    LiveStatus status = start(mode, fastPath, stageThreads);
    for (RaceResult result : raceEverywhere(transport, CYCLES, RaceResult.PATIENT)) {
      assertEquals(
          new RaceResult(CYCLES, CYCLES, 0, 0, 0, 0), result, () -> sink.log() + status.text());
    }
    // A copied answer may be with its client before we have it.
    status.await(Counter.DNS_REPLIES_LEARNT, learnt -> learnt == 4L * CYCLES);
    assertEquals(transport.equals("TCP") ? 4L * CYCLES : 0, status.count(Counter.DNS_TCP_MESSAGES));
    assertEquals(0, status.count(Counter.DNS_REPLIES_RELEASED_TIMEOUT));
    assertEquals(0, status.count(Counter.QUEUE_OVERRUNS));
    assertEquals(0, status.count(Counter.DNS_REPLY_COPIES_LOST));
  }

  @ParameterizedTest
  @MethodSource("waysThatMayLose")
  void noDelayMayLoseFirstPacketsAndNoConnection(String fastPath, String transport) {
    LiveStatus status = start("NoDelay", fastPath, "Polled");
    for (RaceResult result : raceEverywhere(transport, MISSING_CYCLES, IMPATIENT)) {
      System.out.println(
          "NoDelay, kernelFastPath " + fastPath + ", over " + transport + ": " + result);
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
            .allow(List.of(53), "*.race.test")
            .allowTcp(53);
    daemon = DaemonProcess.start(lab, resources.write(lab));
    nextName = 1;
    new Connectivity(lab)
        .expectBlocked(Room.WORKLOAD, "198.18.0.1", PORT, "its name is not resolved yet")
        .expectBlocked(Room.HOST, "2001:db8:18::1", PORT, "its name is not resolved yet")
        .check();
    return new LiveStatus(daemon);
  }

  private static List<RaceResult> raceEverywhere(String transport, int cycles, Duration patience) {
    return List.of(
        race(Room.WORKLOAD, transport, Lab.TRUSTED, "A", cycles, patience),
        race(Room.WORKLOAD, transport, Lab.TRUSTED6, "AAAA", cycles, patience),
        race(Room.HOST, transport, Lab.TRUSTED, "A", cycles, patience),
        race(Room.HOST, transport, Lab.TRUSTED6, "AAAA", cycles, patience));
  }

  private static RaceResult race(
      Room room, String transport, String server, String type, int cycles, Duration patience) {
    RaceResult result =
        RaceResult.run(
            lab, room, transport, server, "race.test", nextName, cycles, PORT, type, patience);
    nextName += cycles;
    return result;
  }
}
