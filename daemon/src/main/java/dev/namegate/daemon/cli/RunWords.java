// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the words of {@code namegate run} say, read without the command line's library: to load it,
 * and all it needs to explain itself, takes longer than the rest of a start before the first rule.
 *
 * @param resources directories and files; the default if none was named
 * @param node null for the host's name
 */
record RunWords(List<Path> resources, @Nullable String node, Path runDirectory, boolean verbose) {
  /** Keeps a copy. */
  RunWords {
    resources = List.copyOf(resources);
  }

  /**
   * What these words say, if they are {@code run} and plain options with their values; null for
   * anything else, a mistake included, which the library reads, and explains.
   */
  static @Nullable RunWords of(String... words) {
    if (words.length == 0 || !words[0].equals("run")) {
      return null;
    }
    List<Path> resources = new ArrayList<>();
    String node = null;
    Path runDirectory = null;
    boolean verbose = false;
    for (int i = 1; i < words.length; i++) {
      if (words[i].equals("--verbose") && !verbose) {
        verbose = true;
        continue;
      }
      int equals = words[i].indexOf('=');
      String option = equals < 0 ? words[i] : words[i].substring(0, equals);
      String value =
          equals >= 0 ? words[i].substring(equals + 1) : i + 1 < words.length ? words[++i] : "";
      if (!isPlainValue(value)) {
        return null;
      } else if (option.equals("--resources")) {
        resources.add(Path.of(value));
      } else if (option.equals("--node") && node == null) {
        node = value;
      } else if (option.equals("--run-dir") && runDirectory == null) {
        runDirectory = Path.of(value);
      } else {
        return null;
      }
    }
    return new RunWords(
        resources.isEmpty() ? List.of(Path.of(ResourceOptions.DEFAULT_DIRECTORY)) : resources,
        node,
        runDirectory == null ? Path.of(RunDirectory.DEFAULT) : runDirectory,
        verbose);
  }

  /** Not what the library may take for an option, a file of words or something quoted. */
  private static boolean isPlainValue(String word) {
    return !word.isEmpty() && "-@\"'".indexOf(word.charAt(0)) < 0;
  }
}
