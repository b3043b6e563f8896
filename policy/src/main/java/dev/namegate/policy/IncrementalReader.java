// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one version of the files after the other, and parses those only whose bytes have changed:
 * what the others say are the same objects as before.
 *
 * <p>The first time, when nothing waits for a processor but the start, several files are parsed
 * side by side.
 *
 * <p><b>Threading:</b> one thread at a time.
 *
 * <p><b>Ownership:</b> keeps what the last version said, and a digest of each file.
 */
public final class IncrementalReader {
  /** From so many files on it pays to start threads. */
  private static final int MANY_FILES = 8;

  private Map<Path, Known> known = Map.of();

  private record Known(YamlFile.Bytes bytes, FileContent content) {
    Known forgettingBytes() {
      return new Known(bytes.digestOnly(), content);
    }
  }

  /** Nothing was read before. */
  public IncrementalReader() {}

  /**
   * As {@link ResourceReader#read(List)}, but leaves out these files, because somebody is still
   * writing them: they count as unreadable.
   */
  public ReadResult read(List<Path> filesOrDirectories, Set<Path> unfinished) {
    FileMerge merge = new FileMerge();
    List<Path> files = ResourceReader.files(filesOrDirectories, merge);
    Map<Path, Known> now = contents(files, unfinished);
    for (Path file : files) {
      Known content = now.get(file);
      if (content != null) {
        merge.add(file.toString(), content.content());
      } else {
        merge
            .problems()
            .warning(
                Position.ofFile(file.toString()), "", "is still being written", "wait, or save it");
        merge.addUnreadable(file.toString());
      }
    }
    known = now;
    return merge.result();
  }

  private Map<Path, Known> contents(List<Path> files, Set<Path> unfinished) {
    List<Path> readable = files.stream().filter(file -> !unfinished.contains(file)).toList();
    Stream<Path> stream =
        known.isEmpty() && readable.size() >= MANY_FILES
            ? readable.parallelStream()
            : readable.stream();
    List<Known> contents = stream.map(this::content).toList();
    Map<Path, Known> now = new HashMap<>();
    for (int i = 0; i < contents.size(); i++) {
      now.put(readable.get(i), contents.get(i));
    }
    return now;
  }

  private Known content(Path file) {
    YamlFile.Bytes bytes = YamlFile.bytes(file);
    @Nullable Known before = known.get(file);
    return before != null && before.bytes().isSame(bytes)
        ? before
        : new Known(bytes, FileContent.of(file, bytes)).forgettingBytes();
  }
}
