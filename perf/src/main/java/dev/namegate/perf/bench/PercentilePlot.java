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
  private static final int WIDTH = 800;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int PLOT_WIDTH = 540;
  private static final int PLOT_HEIGHT = 320;
  private static final int STEPS = 240;
  private static final List<String> COLOURS =
      List.of(
          "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#777777", "#ee7733",
          "#000000");

  /** As percentiles and as how often one would have to look: 1, 10, 100 … */
  private static final List<String> TICKS = List.of("0", "90", "99", "99.9", "99.99", "99.999");

  private final StringBuilder svg = new StringBuilder();
  private final double nines;
  private final double lowest;
  private final double highest;

  private PercentilePlot(Map<String, Histogram> series) {
    long most = series.values().stream().mapToLong(Histogram::getTotalCount).max().orElse(1);
    nines = Math.max(1, Math.min(TICKS.size() - 1, Math.log10((double) most)));
    lowest = Math.log10(lowestOf(series));
    highest = Math.max(lowest + 0.5, Math.log10(highestOf(series)));
  }

  /** Draws histograms of nanoseconds, by the names of their lines. */
  static String draw(String title, Map<String, Histogram> series) {
    PercentilePlot plot = new PercentilePlot(series);
    plot.frame(title);
    int index = 0;
    for (Map.Entry<String, Histogram> each : series.entrySet()) {
      plot.line(index++, each.getKey(), each.getValue());
    }
    return plot.svg.append("</svg>\n").toString();
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
    return LEFT + PLOT_WIDTH * atNines / nines;
  }

  private double y(double ns) {
    double share = (Math.log10(Math.max(ns, 1)) - lowest) / (highest - lowest);
    return TOP + PLOT_HEIGHT * (1 - Math.max(0, Math.min(1, share)));
  }

  private void frame(String title) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='12'>%n<rect width='100%%' height='100%%' fill='white'/>%n",
        WIDTH, HEIGHT);
    text(LEFT, 22, "start", title);
    for (int i = 0; i < TICKS.size() && i <= nines; i++) {
      rule(x(i), TOP, x(i), TOP + PLOT_HEIGHT);
      text(x(i), TOP + PLOT_HEIGHT + 18, "middle", TICKS.get(i) + " %");
    }
    for (double power = Math.floor(lowest); power <= highest; power++) {
      for (int factor : new int[] {1, 2, 5}) {
        double ns = factor * Math.pow(10, power);
        if (Math.log10(ns) >= lowest && Math.log10(ns) <= highest) {
          rule(LEFT, y(ns), LEFT + PLOT_WIDTH, y(ns));
          text(LEFT - 6, y(ns) + 4, "end", microseconds(ns));
        }
      }
    }
    text(LEFT + PLOT_WIDTH / 2.0, HEIGHT - 12, "middle", "percentile");
  }

  private static String microseconds(double ns) {
    return String.format(Locale.ROOT, "%,.0f µs", ns / 1_000);
  }

  private void line(int index, String name, Histogram histogram) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder points = new StringBuilder();
    // A percentile finer than the samples are would draw the maximum as a plateau.
    double end = Math.min(nines, Math.log10(Math.max(2.0, (double) histogram.getTotalCount())));
    for (int i = 0; i <= STEPS; i++) {
      double at = end * i / STEPS;
      points.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              x(at),
              y((double) histogram.getValueAtPercentile(percentileAt(at)))));
    }
    add("<polyline fill='none' stroke='%s' stroke-width='2' points='%s'/>%n", colour, points);
    double legend = TOP + 10 + index * 20.0;
    add(
        "<rect x='%d' y='%.0f' width='14' height='4' fill='%s'/>%n",
        LEFT + PLOT_WIDTH + 15, legend, colour);
    text(LEFT + PLOT_WIDTH + 35, legend + 6, "start", name);
  }

  private void rule(double x1, double y1, double x2, double y2) {
    add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#dddddd'/>%n", x1, y1, x2, y2);
  }

  private void text(double x, double y, String anchor, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    add("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, escaped);
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments));
  }
}
