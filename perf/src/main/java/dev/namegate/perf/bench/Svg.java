// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.List;
import java.util.Locale;

/**
 * What plots are drawn with: one picture with a square of lines, and names of the lines beside it.
 */
final class Svg {
  static final int LEFT = 70;
  static final int TOP = 40;
  static final int PLOT_WIDTH = 540;
  static final int PLOT_HEIGHT = 320;

  private static final int WIDTH = 800;
  private static final int HEIGHT = 420;
  private static final List<String> COLOURS =
      List.of(
          "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#777777", "#ee7733",
          "#000000");

  private final StringBuilder text = new StringBuilder();
  private int lines;

  Svg(String title, String below) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='12'>%n<rect width='100%%' height='100%%' fill='white'/>%n",
        WIDTH, HEIGHT);
    label(LEFT, 22, "start", title);
    label(LEFT + PLOT_WIDTH / 2.0, HEIGHT - 12, "middle", below);
  }

  /** A vertical rule with its value below it. */
  void tickAtX(double x, String value) {
    rule(x, TOP, x, TOP + PLOT_HEIGHT);
    label(x, TOP + PLOT_HEIGHT + 18, "middle", value);
  }

  /** A horizontal rule with its value left of it. */
  void tickAtY(double y, String value) {
    rule(LEFT, y, LEFT + PLOT_WIDTH, y);
    label(LEFT - 6, y + 4, "end", value);
  }

  /** The next line; {@code points} are SVG's {@code x,y} pairs between blanks. */
  void line(String name, String points) {
    String colour = COLOURS.get(lines % COLOURS.size());
    add("<polyline fill='none' stroke='%s' stroke-width='2' points='%s'/>%n", colour, points);
    double legend = TOP + 10 + lines * 20.0;
    add(
        "<rect x='%d' y='%.0f' width='14' height='4' fill='%s'/>%n",
        LEFT + PLOT_WIDTH + 15, legend, colour);
    label(LEFT + PLOT_WIDTH + 35, legend + 6, "start", name);
    lines++;
  }

  static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
  }

  /** The whole picture. */
  String end() {
    return text.append("</svg>\n").toString();
  }

  private void rule(double x1, double y1, double x2, double y2) {
    add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#dddddd'/>%n", x1, y1, x2, y2);
  }

  private void label(double x, double y, String anchor, String label) {
    String escaped = label.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    add("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, escaped);
  }

  private void add(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments));
  }
}
