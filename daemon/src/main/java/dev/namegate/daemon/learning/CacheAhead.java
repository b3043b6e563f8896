// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file of what is learnt on a thread beside, before it is known for sure that it is the
 * one. What another daemon, which was about to end, wrote over it meanwhile is read again.
 *
 * <p><b>Ownership:</b> what was read ahead is given away once, and not kept; whoever asks again
 * reads the file again.
 *
 * <p><b>Threading:</b> begun and asked by the thread that starts.
 */
public final class CacheAhead {
  private final Path path;
  private final @Nullable Stamp stamp;

  /** Until it is asked for: what it has read is as large as all that is learnt. */
  private @Nullable FutureTask<CacheFile.Content> task;

  private record Stamp(@Nullable Object inode, FileTime modified, long size) {}

  private CacheAhead(Path path) {
    this.path = path;
    this.stamp = stamp(path);
    this.task = new FutureTask<>(() -> new CacheFile(path).read());
  }

  /** Begins. */
  public static CacheAhead begin(Path path) {
    CacheAhead ahead = new CacheAhead(path);
    FutureTask<CacheFile.Content> task = ahead.task;
    if (ahead.stamp != null && task != null) {
      Thread thread = new Thread(task, "ng-cache-ahead");
      thread.setDaemon(true);
      thread.start();
    }
    return ahead;
  }

  private static @Nullable Stamp stamp(Path path) {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(now.fileKey(), now.lastModifiedTime(), now.size());
    } catch (IOException e) {
      return null;
    }
  }

  /** What this file says; what was read ahead if it was this one, and still is. */
  CacheFile.Content read(CacheFile file) throws IOException, CacheFile.DamagedException {
    FutureTask<CacheFile.Content> ahead = task;
    task = null;
    if (ahead == null || stamp == null || !path.equals(file.path()) || !stamp.equals(stamp(path))) {
      return file.read();
    }
    try {
      return ahead.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      return file.read(); // fails alike, or succeeds now
    }
  }
}
