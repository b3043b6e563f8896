// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyRecorderTest {
  private final LatencyRecorder recorder = new LatencyRecorder();

  @Test
  void summarisesAllThatWasRecordedHoweverOftenItIsAsked() {
    for (int i = 1; i <= 100; i++) {
      recorder.record(i * 1_000_000L);
      if (i % 10 == 0) {
        recorder.summary();
      }
    }

    LatencyRecorder.Summary summary = recorder.summary();
    assertEquals(100, summary.count());
    assertEquals(50, summary.medianNs() / 1_000_000);
    assertEquals(99, summary.p99Ns() / 1_000_000);
    assertEquals(100, summary.maxNs() / 1_000_000);
  }

  @Test
  void summarisesSeveralAsIfTheyWereOne() {
    LatencyRecorder other = new LatencyRecorder();
    for (int i = 1; i <= 100; i++) {
      (i <= 60 ? recorder : other).record(i * 1_000_000L);
    }
    recorder.summary();

    for (int asked = 0; asked < 2; asked++) {
      LatencyRecorder.Summary summary = LatencyRecorder.summaryOf(List.of(recorder, other));
      assertEquals(100, summary.count());
      assertEquals(50, summary.medianNs() / 1_000_000);
      assertEquals(99, summary.p99Ns() / 1_000_000);
    }
    assertEquals(40, other.summary().count());
  }

  @Test
  void takesWhatIsOutOfRangeAsTheNearestInIt() {
    recorder.record(-5);
    recorder.record(Long.MAX_VALUE);

    LatencyRecorder.Summary summary = recorder.summary();
    assertEquals(2, summary.count());
    assertTrue(summary.maxNs() >= LatencyRecorder.HIGHEST_NS);
  }

  @Test
  void recordsWhatBeganWhenItEnds() {
    recorder.begun(0);
    recorder.begun(2_000_000);
    assertEquals(0, recorder.summary().count());

    recorder.ended(10_000_000);
    recorder.ended(20_000_000);

    assertEquals(2, recorder.summary().count());
    assertEquals(10, recorder.summary().maxNs() / 1_000_000);
  }

  @Test
  void passesOverWhatIsMoreThanItHasRoomFor() {
    for (int i = 0; i < LatencyRecorder.MAX_OPEN + 5; i++) {
      recorder.begun(0);
    }
    recorder.ended(1);

    assertEquals(LatencyRecorder.MAX_OPEN, recorder.summary().count());
  }
}
