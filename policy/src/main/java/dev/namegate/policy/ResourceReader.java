// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads files and directories of YAML documents to valid objects, and reports every problem of the
 * others at once.
 *
 * <p><b>Errors:</b> an object with an error is absent and the others live; so do the other files
 * when one does not parse. Nothing is thrown for what a person wrote.
 */
public final class ResourceReader {
  private static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".json");

  private ResourceReader() {}

  /**
   * Reads these files, and of these directories the files {@code *.yaml}, {@code *.yml} and {@code
   * *.json} by name, hidden ones left out.
   */
  public static ReadResult read(List<Path> filesOrDirectories) {
    return new IncrementalReader().read(filesOrDirectories, Set.of());
  }

  /** The files that {@link #read(List)} would read now. */
  public static List<Path> files(List<Path> filesOrDirectories) {
    return files(filesOrDirectories, new FileMerge());
  }

  /** The same; tells of what is named and not there, or cannot be listed. */
  static List<Path> files(List<Path> filesOrDirectories, FileMerge merge) {
    Problems problems = merge.problems();
    List<Path> files = new ArrayList<>();
    for (Path path : filesOrDirectories) {
      int errors = problems.errors();
      if (Files.isDirectory(path)) {
        files.addAll(filesOf(path, problems));
      } else if (Files.exists(path)) {
        files.add(path);
      } else {
        problems.error(
            Position.ofFile(path.toString()), "", "does not exist", "name a file or a directory");
      }
      if (problems.errors() > errors) {
        merge.addUnreadable(path.toString());
      }
    }
    return files.stream().distinct().toList();
  }

  private static List<Path> filesOf(Path directory, Problems problems) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(ResourceReader::isResourceFile).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      problems.error(Position.ofFile(directory.toString()), "", "cannot be listed: " + e, "");
      return List.of();
    }
  }

  private static boolean isResourceFile(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && EXTENSIONS.stream().anyMatch(name::endsWith)
        && Files.isRegularFile(file);
  }
}
