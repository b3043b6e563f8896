// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The ratios of a run beside its report, a line {@code part/scenario/variant/metric/baseline=ratio}
 * each; and what became worse since those that were committed last.
 *
 * <p>It informs and never fails: a shared machine has bad days.
 */
final class Ratios {
  /** Medians move by a sixth from run to run, tails by more. */
  private static final double WORSE_MEDIAN = 1.2;

  private static final double WORSE_TAIL = 1.5;

  /** Parts of which every variant is ours. */
  private static final Set<String> GROWTH = Set.of("scale", "endpoints");

  private static final String SUFFIX = ".ratios";

  private Ratios() {}

  static Path fileOf(Path report) {
    String name = "" + report.getFileName();
    return report.resolveSibling(name.substring(0, name.length() - ".md".length()) + SUFFIX);
  }

  static void write(Path file, Map<String, Double> ratios) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(ratios)
        .forEach((key, ratio) -> text.append(String.format(Locale.ROOT, "%s=%.4f%n", key, ratio)));
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest such file that is committed, if there is one. */
  static Optional<Path> lastCommitted(Checkout checkout) {
    List<String> command =
        List.of("git", "-C", checkout.results().toString(), "ls-files", "--", "*" + SUFFIX);
    if (!Files.isDirectory(checkout.results())) {
      return Optional.empty();
    }
    Shell.Output listed = Shell.run(Shell.LIMIT, command);
    return listed.exit() != 0
        ? Optional.empty()
        : listed
            .text()
            .lines()
            .max(Comparator.naturalOrder())
            .map(name -> checkout.results().resolve(name));
  }

  /** A sentence for each ratio that is clearly worse than it was. */
  static List<String> worseThan(Path before, Map<String, Double> now) {
    Properties then = new Properties();
    try (var reader = Files.newBufferedReader(before)) {
      then.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> worse = new ArrayList<>();
    now.forEach(
        (key, ratio) -> {
          String was = then.getProperty(key);
          if (was != null && isOurs(key) && isWorse(key, Double.parseDouble(was), ratio)) {
            worse.add(String.format(Locale.ROOT, "%s: %.2f, was %s", key, ratio, was));
          }
        });
    return worse;
  }

  private static boolean isOurs(String key) {
    String[] words = key.split("/", -1);
    return words[2].startsWith("namegate") || GROWTH.contains(words[0]);
  }

  static boolean isWorse(String key, double was, double is) {
    String metric = key.split("/", -1)[3];
    return switch (metric) {
      case "p50" -> is > was * WORSE_MEDIAN;
      case "per-second" -> is < was / WORSE_MEDIAN;
      default -> is > was * WORSE_TAIL;
    };
  }
}
