// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class GrowthTest {
  private static Growth growth(DoubleUnaryOperator curve) {
    List<Growth.Point> points =
        DoubleStream.of(10, 100, 1_000, 10_000)
            .mapToObj(size -> new Growth.Point(size, curve.applyAsDouble(size)))
            .toList();
    return Growth.of(points);
  }

  @Test
  void whatHardlyChangesIsConstant() {
    assertEquals(Growth.Kind.CONSTANT, growth(size -> 50).kind());
    assertEquals(Growth.Kind.CONSTANT, growth(size -> 50 + Math.log10(size)).kind());
  }

  @Test
  void aStepForEachDecadeIsLogarithmic() {
    assertEquals(Growth.Kind.LOGARITHMIC, growth(size -> 10 + 20 * Math.log10(size)).kind());
  }

  @Test
  void aLineIsLinearWhateverItStartsFrom() {
    assertEquals(Growth.Kind.LINEAR, growth(size -> 3 * size).kind());
    assertEquals(Growth.Kind.LINEAR, growth(size -> 300 + 0.05 * size).kind());
  }

  @Test
  void aSquareIsMoreThanLinear() {
    assertEquals(Growth.Kind.STEEPER, growth(size -> size * size).kind());
    assertEquals(2, growth(size -> size * size).exponent(), 1e-9);
  }

  @Test
  void whatBecomesLessIsFalling() {
    assertEquals(Growth.Kind.FALLING, growth(size -> 1_000 / Math.log(size)).kind());
  }

  @Test
  void oneBadPointInTheMiddleIsNoGrowth() {
    assertEquals(Growth.Kind.CONSTANT, growth(size -> size == 100 ? 70 : 50).kind());
  }

  @Test
  void theWholeGrowthIsToldAsAFactor() {
    assertEquals(
        "linear (×1000.00 in all, size to the power of 1.00)", growth(size -> 2 * size).toString());
  }
}
