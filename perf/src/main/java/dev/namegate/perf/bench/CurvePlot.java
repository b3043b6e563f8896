// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * A plot of how figures grow with a size as SVG: sizes to the right, upwards each figure divided by
 * that at the smallest size; both logarithmic, so that what is linear goes up by a decade in one.
 */
final class CurvePlot {
  private final Svg svg;
  private final double leastSize;
  private final double mostSize;
  private final double lowest;
  private final double highest;

  private CurvePlot(String title, String axis, Map<String, List<Growth.Point>> curves) {
    svg = new Svg(title, axis + "; upwards: times what it is at the smallest");
    leastSize = curves.values().stream().mapToDouble(curve -> curve.get(0).size()).min().orElse(1);
    mostSize =
        curves.values().stream()
            .mapToDouble(curve -> curve.get(curve.size() - 1).size())
            .max()
            .orElse(10);
    lowest = curves.values().stream().flatMapToDouble(CurvePlot::shares).min().orElse(1) / 1.2;
    highest = curves.values().stream().flatMapToDouble(CurvePlot::shares).max().orElse(1) * 1.2;
  }

  /** Draws curves of at least two points each, by their names. */
  static String draw(String title, String axis, Map<String, List<Growth.Point>> curves) {
    CurvePlot plot = new CurvePlot(title, axis, curves);
    plot.frame();
    curves.forEach((name, curve) -> plot.svg.line(name, plot.points(curve)));
    return plot.svg.end();
  }

  private static DoubleStream shares(List<Growth.Point> curve) {
    return curve.stream().mapToDouble(point -> point.figure() / curve.get(0).figure());
  }

  private double x(double size) {
    return Svg.LEFT + Svg.PLOT_WIDTH * Math.log(size / leastSize) / Math.log(mostSize / leastSize);
  }

  private double y(double share) {
    return Svg.TOP + Svg.PLOT_HEIGHT * (1 - Math.log(share / lowest) / Math.log(highest / lowest));
  }

  private void frame() {
    for (double size = leastSize; size <= mostSize; size *= 10) {
      svg.tickAtX(x(size), String.format(Locale.ROOT, "%,.0f", size));
    }
    for (double power = Math.floor(Math.log10(lowest)); power <= Math.log10(highest); power++) {
      for (int factor : new int[] {1, 2, 5}) {
        double share = factor * Math.pow(10, power);
        if (share >= lowest && share <= highest) {
          svg.tickAtY(y(share), String.format(Locale.ROOT, share < 1 ? "%.2f" : "%,.0f", share));
        }
      }
    }
  }

  private String points(List<Growth.Point> curve) {
    StringBuilder points = new StringBuilder();
    for (Growth.Point point : curve) {
      points.append(Svg.point(x(point.size()), y(point.figure() / curve.get(0).figure())));
    }
    return points.toString();
  }
}
