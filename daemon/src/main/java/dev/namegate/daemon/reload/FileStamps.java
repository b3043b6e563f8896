// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.reload;

import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of files without reading them. Two that are equal were taken with nothing
 * written in between, as far as sizes, times and inodes tell.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class FileStamps {
  private final Map<Path, Stamp> stamps;

  /** Of a symbolic link, the file that it leads to. */
  private record Stamp(long size, FileTime modified, @Nullable Object inode) {}

  private FileStamps(Map<Path, Stamp> stamps) {
    this.stamps = Map.copyOf(stamps);
  }

  /** Of all resource files below these paths, and of these others if they are files. */
  public static FileStamps of(List<Path> resources, List<Path> others) {
    Map<Path, Stamp> stamps = new HashMap<>();
    ResourceReader.files(resources).forEach(file -> put(file, stamps));
    others.forEach(file -> put(file, stamps));
    return new FileStamps(stamps);
  }

  private static void put(Path file, Map<Path, Stamp> stamps) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      if (now.isRegularFile()) { // what a device says of itself, /dev/null for one, means nothing
        stamps.put(file, new Stamp(now.size(), now.lastModifiedTime(), now.fileKey()));
      }
    } catch (IOException e) {
      stamps.remove(file); // gone since it was listed, and so not there
    }
  }

  /** Those of these files that some process has open for writing now. */
  public Set<Path> beingWritten() {
    return OpenFiles.forWriting(stamps.keySet());
  }

  /** These, as if some of the files were not there. */
  public FileStamps without(Set<Path> files) {
    return with(files, new FileStamps(Map.of()));
  }

  /** The files that are new or other than in the earlier stamps. */
  Set<Path> changedSince(FileStamps earlier) {
    Set<Path> changed = new HashSet<>();
    stamps.forEach(
        (file, stamp) -> {
          if (!stamp.equals(earlier.stamps.get(file))) {
            changed.add(file);
          }
        });
    return changed;
  }

  /** These, but for some files as the earlier stamps have them. */
  FileStamps with(Set<Path> files, FileStamps earlier) {
    Map<Path, Stamp> mixed = new HashMap<>(stamps);
    for (Path file : files) {
      Stamp before = earlier.stamps.get(file);
      if (before == null) {
        mixed.remove(file);
      } else {
        mixed.put(file, before);
      }
    }
    return new FileStamps(mixed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileStamps that && stamps.equals(that.stamps);
  }

  @Override
  public int hashCode() {
    return stamps.hashCode();
  }
}
