// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * How a figure grows with a size: which of a few curves fits its points best.
 *
 * @param kind the curve
 * @param total the figure at the largest size, divided by that at the smallest
 * @param exponent what the size is raised to, if the figure is taken for a power of it
 */
record Growth(Kind kind, double total, double exponent) {
  /** Figures that differ by less say nothing: rounds of the same run do. */
  private static final double NOISE = 1.25;

  /** More than this and a straight line is too kind. */
  private static final double STEEP = 1.15;

  /** The curves. */
  enum Kind {
    CONSTANT("constant"),
    FALLING("falling"),
    LOGARITHMIC("logarithmic"),
    LINEAR("linear"),
    STEEPER("more than linear");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** A size and the figure measured at it; both above 0. */
  record Point(double size, double figure) {}

  /**
   * Fits curves.
   *
   * @param points at least two, from the smallest size to the largest
   */
  static Growth of(List<Point> points) {
    double smallest = points.stream().mapToDouble(Point::figure).min().orElseThrow();
    double largest = points.stream().mapToDouble(Point::figure).max().orElseThrow();
    double total = points.get(points.size() - 1).figure() / points.get(0).figure();
    double exponent = slope(points);
    if (largest / smallest <= NOISE) {
      return new Growth(Kind.CONSTANT, total, exponent);
    }
    if (total < 1 / NOISE) {
      return new Growth(Kind.FALLING, total, exponent);
    }
    if (exponent > STEEP) {
      return new Growth(Kind.STEEPER, total, exponent);
    }
    double logarithmic = misfit(points, Math::log);
    double linear = misfit(points, size -> size);
    double constant = misfit(points, size -> 0);
    Kind kind = linear < logarithmic ? Kind.LINEAR : Kind.LOGARITHMIC;
    // Up and down, and no more at the end than on the way.
    boolean isNoise = total <= NOISE && Math.min(linear, logarithmic) > constant / 2;
    return new Growth(isNoise ? Kind.CONSTANT : kind, total, exponent);
  }

  /** Of the line through the logarithms of both. */
  private static double slope(List<Point> points) {
    double meanX = points.stream().mapToDouble(p -> Math.log(p.size())).average().orElseThrow();
    double meanY = points.stream().mapToDouble(p -> Math.log(p.figure())).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (Point point : points) {
      double x = Math.log(point.size()) - meanX;
      xy += x * (Math.log(point.figure()) - meanY);
      xx += x * x;
    }
    return xx == 0 ? 0 : xy / xx;
  }

  /**
   * The sum of squared relative errors of {@code a + b * curve(size)}, with the best {@code a} and
   * a {@code b} that is not negative. Relative, so that the small figures count as much as the
   * large.
   */
  private static double misfit(List<Point> points, DoubleUnaryOperator curve) {
    double w = 0;
    double wx = 0;
    double wy = 0;
    double wxx = 0;
    double wxy = 0;
    for (Point point : points) {
      double weight = 1 / (point.figure() * point.figure());
      double x = curve.applyAsDouble(point.size());
      w += weight;
      wx += weight * x;
      wy += weight * point.figure();
      wxx += weight * x * x;
      wxy += weight * x * point.figure();
    }
    double denominator = w * wxx - wx * wx;
    double b = denominator == 0 ? 0 : Math.max(0, (w * wxy - wx * wy) / denominator);
    double a = (wy - b * wx) / w;
    double sum = 0;
    for (Point point : points) {
      double error = (a + b * curve.applyAsDouble(point.size())) / point.figure() - 1;
      sum += error * error;
    }
    return sum;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s (×%.2f in all, size to the power of %.2f)", kind.word, total, exponent);
  }
}
