// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RatiosTest {
  private static final String MEDIAN = "flows/host-v4-paced/namegate/p50/none";
  private static final String TAIL = "flows/host-v4-paced/namegate/p99/none";
  private static final String RATE = "flows/host-v4-rate/namegate/per-second/none";
  private static final String RIVAL = "flows/host-v4-paced/opensnitch/p50/none";

  @TempDir private Path directory;

  private List<String> worse(Map<String, Double> before, Map<String, Double> now) {
    Path file = directory.resolve("before.ratios");
    Ratios.write(file, before);
    return Ratios.worseThan(file, now);
  }

  @Test
  void whatBecameClearlyWorseIsNamedWithBothFigures() {
    assertEquals(
        List.of(MEDIAN + ": 1.50, was 1.0000"), worse(Map.of(MEDIAN, 1.0), Map.of(MEDIAN, 1.5)));
  }

  @Test
  void aRateIsWorseWhenItFalls() {
    assertEquals(1, worse(Map.of(RATE, 1.0), Map.of(RATE, 0.5)).size());
    assertEquals(List.of(), worse(Map.of(RATE, 1.0), Map.of(RATE, 2.0)));
  }

  @Test
  void aTailMayMoveFurtherThanAMedian() {
    assertEquals(List.of(), worse(Map.of(TAIL, 1.0), Map.of(TAIL, 1.4)));
    assertEquals(1, worse(Map.of(TAIL, 1.0), Map.of(TAIL, 1.6)).size());
  }

  @Test
  void rivalsAndWhatWasNotMeasuredBeforeAreNoNews() {
    assertEquals(List.of(), worse(Map.of(RIVAL, 1.0), Map.of(RIVAL, 9.0, MEDIAN, 9.0)));
  }
}
