// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A plot of latency by percentile as SVG: percentiles to the right with a step for each further
 * nine, microseconds upwards, both logarithmic.
 */
final class PercentilePlot {
  private static final int STEPS = 240;

  /** As percentiles and as how often one would have to look: 1, 10, 100 … */
  private static final List<String> TICKS = List.of("0", "90", "99", "99.9", "99.99", "99.999");

  private final Svg svg;
  private final double nines;
  private final double lowest;
  private final double highest;

  private PercentilePlot(String title, Map<String, Histogram> series) {
    svg = new Svg(title, "percentile");
    long most = series.values().stream().mapToLong(Histogram::getTotalCount).max().orElse(1);
    nines = Math.max(1, Math.min(TICKS.size() - 1, Math.log10((double) most)));
    lowest = Math.log10(lowestOf(series));
    highest = Math.max(lowest + 0.5, Math.log10(highestOf(series)));
  }

  /** Draws histograms of nanoseconds, by the names of their lines. */
  static String draw(String title, Map<String, Histogram> series) {
    PercentilePlot plot = new PercentilePlot(title, series);
    plot.frame();
    series.forEach((name, histogram) -> plot.svg.line(name, plot.points(histogram)));
    return plot.svg.end();
  }

  private static double lowestOf(Map<String, Histogram> series) {
    return Math.max(
        1_000, series.values().stream().mapToLong(h -> h.getValueAtPercentile(1)).min().orElse(1));
  }

  private double highestOf(Map<String, Histogram> series) {
    double percentile = percentileAt(nines);
    return series.values().stream()
        .mapToLong(h -> h.getValueAtPercentile(percentile))
        .max()
        .orElse(1);
  }

  private static double percentileAt(double nines) {
    return 100 * (1 - Math.pow(10, -nines));
  }

  private double x(double atNines) {
    return Svg.LEFT + Svg.PLOT_WIDTH * atNines / nines;
  }

  private double y(double ns) {
    double share = (Math.log10(Math.max(ns, 1)) - lowest) / (highest - lowest);
    return Svg.TOP + Svg.PLOT_HEIGHT * (1 - Math.max(0, Math.min(1, share)));
  }

  private void frame() {
    for (int i = 0; i < TICKS.size() && i <= nines; i++) {
      svg.tickAtX(x(i), TICKS.get(i) + " %");
    }
    for (double power = Math.floor(lowest); power <= highest; power++) {
      for (int factor : new int[] {1, 2, 5}) {
        double ns = factor * Math.pow(10, power);
        if (Math.log10(ns) >= lowest && Math.log10(ns) <= highest) {
          svg.tickAtY(y(ns), String.format(Locale.ROOT, "%,.0f µs", ns / 1_000));
        }
      }
    }
  }

  private String points(Histogram histogram) {
    StringBuilder points = new StringBuilder();
    // A percentile finer than the samples are would draw the maximum as a plateau.
    double end = Math.min(nines, Math.log10(Math.max(2.0, (double) histogram.getTotalCount())));
    for (int i = 0; i <= STEPS; i++) {
      double at = end * i / STEPS;
      points.append(Svg.point(x(at), y((double) histogram.getValueAtPercentile(percentileAt(at)))));
    }
    return points.toString();
  }
}
