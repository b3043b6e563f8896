// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.reload;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;

/**
 * Tells that something happened in the directories of some files: the kernel's inotify, which sees
 * local changes at once. What it cannot see (a directory that was replaced, a network filesystem)
 * is for whoever looks at the files now and then.
 *
 * <p><b>Threading:</b> runs the callback on a thread of its own.
 */
final class DirectoryEvents implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(DirectoryEvents.class.getName());

  private final WatchService service;
  private final List<Path> paths;
  private final Runnable onEvent;
  private final Thread thread;

  private DirectoryEvents(WatchService service, List<Path> paths, Runnable onEvent) {
    this.service = service;
    this.paths = List.copyOf(paths);
    this.onEvent = onEvent;
    this.thread = new Thread(this::run, "ng-watch");
    thread.setDaemon(true);
  }

  /** Watches these directories, and those that these files are in. */
  static DirectoryEvents watch(List<Path> paths, Runnable onEvent) throws IOException {
    DirectoryEvents events =
        new DirectoryEvents(FileSystems.getDefault().newWatchService(), paths, onEvent);
    events.renew();
    events.thread.start();
    return events;
  }

  /** Watches what is at the paths now; where nothing changed, that is what is watched already. */
  void renew() {
    for (Path path : paths) {
      Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
      try {
        if (directory != null && Files.isDirectory(directory)) {
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
        }
      } catch (IOException | ClosedWatchServiceException e) {
        LOG.log(
            System.Logger.Level.DEBUG,
            directory + " is looked at now and then, because it cannot be watched: " + e);
      }
    }
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.take();
        key.pollEvents();
        key.reset();
        onEvent.run();
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      LOG.log(System.Logger.Level.TRACE, "watching ends: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
