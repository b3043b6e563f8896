// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files some process of this host has open for writing: whoever wrote the first half of a
 * file and not yet the second one still holds it.
 *
 * <p><b>Bounds:</b> looks at every descriptor of every process, so it is for moments at which a
 * file has changed.
 *
 * @spec https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html proc_pid_fdinfo(5)
 */
final class OpenFiles {
  private static final Path PROC = Path.of("/proc");

  /** The bits of {@code flags} that say how a file was opened: O_RDONLY is 0. */
  private static final int ACCESS_MODE = 03;

  private OpenFiles() {}

  /** Those of these files that are open for writing now; without the processes we may not see. */
  static Set<Path> forWriting(Set<Path> files) {
    Map<Path, Path> byRealPath = byRealPath(files);
    Set<Path> open = new HashSet<>();
    if (!byRealPath.isEmpty()) {
      for (Path process : entries(PROC, "[0-9]*")) {
        for (Path descriptor : entries(process.resolve("fd"), "*")) {
          Path file = byRealPath.get(target(descriptor));
          if (file != null && isForWriting(process, descriptor)) {
            open.add(file);
          }
        }
      }
    }
    return open;
  }

  /** Those that are still there. */
  private static Map<Path, Path> byRealPath(Set<Path> files) {
    Map<Path, Path> byRealPath = new HashMap<>();
    for (Path file : files) {
      try {
        byRealPath.put(file.toRealPath(), file);
      } catch (IOException e) {
        byRealPath.remove(file);
      }
    }
    return byRealPath;
  }

  /** What there is; nothing of a process that is gone or not ours to see. */
  private static List<Path> entries(Path directory, String glob) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, glob)) {
      found.forEach(entries::add);
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      return entries;
    }
    return entries;
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return descriptor; // closed meanwhile; no file of ours is there
    }
  }

  private static boolean isForWriting(Path process, Path descriptor) {
    Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
    try {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("flags:")) {
          return (Integer.parseInt(line.substring("flags:".length()).strip(), 8) & ACCESS_MODE)
              != 0;
        }
      }
    } catch (IOException e) {
      return false; // closed meanwhile
    }
    return false;
  }
}
