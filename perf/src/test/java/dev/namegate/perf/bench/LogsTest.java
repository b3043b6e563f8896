// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What JVMs say of themselves, as they say it. */
final class LogsTest {
  @Test
  void collectionsAndOtherStopsAreReadFromTheLog() {
    String log =
        """
        [12.1s][info][gc] GC(3) Pause Young (Allocation Failure) 17M->2M(61M) 0.812ms
        [12.1s][info][safepoint] Safepoint "GenCollectForAllocation", Time since last: 100200300 ns, Reaching safepoint: 90100 ns, At safepoint: 830000 ns, Total: 920100 ns
        [13.5s][info][gc] GC(4) Pause Young (Allocation Failure) 19M->2M(61M) 1.250ms
        [14.0s][info][safepoint] Safepoint "Cleanup", Time since last: 1 ns, Reaching safepoint: 5000000 ns, At safepoint: 10 ns, Total: 5000010 ns
        """;
    assertEquals(
        Map.of(Metric.PAUSES, 2.0, Metric.PAUSE_MAX_MS, 1.25, Metric.SAFEPOINT_MAX_MS, 5.00001),
        Pauses.parse(log));
  }

  @Test
  void aLogWithoutStopsHasNone() {
    assertEquals(
        Map.of(Metric.PAUSES, 0.0, Metric.PAUSE_MAX_MS, 0.0, Metric.SAFEPOINT_MAX_MS, 0.0),
        Pauses.parse("[0.0s][info][gc] Using Serial\n"));
  }

  @Test
  void whatThreadsAllocateIsReadFromADumpInEachUnit() {
    String dump =
        """
        "ng-flows" #21 prio=5 os_prio=0 cpu=1.20ms elapsed=9.1s allocated=98304B defined_classes=0 tid=0x1 nid=0x2 runnable
        "ng-dns" #22 prio=5 os_prio=0 cpu=1.20ms elapsed=9.1s allocated=250K defined_classes=3 tid=0x3 nid=0x4 runnable
        "worker" #23 daemon prio=5 os_prio=0 cpu=1.20ms elapsed=9.1s allocated=101M defined_classes=3 tid=0x5 nid=0x6 waiting
        "worker" #24 daemon prio=5 os_prio=0 cpu=1.20ms elapsed=9.1s allocated=1K defined_classes=3 tid=0x7 nid=0x8 waiting
        "VM Thread" os_prio=0 cpu=4.29ms elapsed=9.1s tid=0x9 nid=0xa runnable
        """;
    assertEquals(
        Map.of("ng-flows", 98_304L, "ng-dns", 256_000L, "worker", (101L << 20) + 1_024),
        Jvm.parse(dump));
  }
}
