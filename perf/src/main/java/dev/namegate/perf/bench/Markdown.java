// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A text of headings, lists and tables. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  void line(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  void list(String title, List<String> items) {
    line("%n## %s%n", title);
    items.forEach(item -> line("- %s", item));
  }

  void header(List<String> cells) {
    row(cells);
    row(cells.stream().map(cell -> "---").toList());
  }

  void row(List<String> cells) {
    line("| %s |", String.join(" | ", cells));
  }

  /** A latency in microseconds, anything else as it is; empty for nothing. */
  static String figure(Metric metric, OptionalDouble value) {
    if (value.isEmpty()) {
      return "";
    }
    double figure = metric.isLatency() ? value.getAsDouble() / 1_000 : value.getAsDouble();
    String format =
        metric.isLatency() ? "%,.1f" : figure % 1 == 0 || figure >= 1_000 ? "%,.0f" : "%.2f";
    return String.format(Locale.ROOT, format, figure);
  }

  static String ratio(OptionalDouble ratio) {
    return ratio.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", ratio.getAsDouble());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
