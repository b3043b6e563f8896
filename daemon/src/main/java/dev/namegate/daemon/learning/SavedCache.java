// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import dev.namegate.cache.KnownLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps what is learnt in a file: read once at the start, written again and again and at the end.
 *
 * <p><b>Threading:</b> writes on a thread of its own, {@code ng-cache-file}.
 *
 * <p><b>Errors:</b> none stops the daemon. A file that cannot be used is set aside and reported;
 * one that cannot be written is reported once, until it can be.
 */
public final class SavedCache {
  private static final System.Logger LOG = System.getLogger(SavedCache.class.getName());

  /** Longer than a reply may usually be held. */
  private static final long COPY_LIMIT_S = 5;

  private final CacheFile file;
  private final KnownClients clients;
  private final Clock wallClock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private boolean failedBefore;

  public SavedCache(Path path, KnownClients clients, Clock wallClock) {
    this.file = new CacheFile(path);
    this.clients = clients;
    this.wallClock = wallClock;
  }

  /**
   * What an earlier daemon knew and is not over; nothing, if there is no file that says so.
   *
   * @param ahead may have read the file already
   */
  public List<KnownLink> read(CacheAhead ahead) {
    if (!Files.exists(file.path())) {
      return List.of();
    }
    try {
      List<KnownLink> known = known(ahead.read(file).at(wallClock.millis()));
      LOG.log(
          System.Logger.Level.INFO,
          "known from before: links=" + known.size() + " file=" + file.path());
      return known;
    } catch (CacheFile.DamagedException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "dnsCacheFile " + file.path() + " is of no use: " + e.getMessage() + "; " + aside());
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "dnsCacheFile " + file.path() + " cannot be read, nothing is known from before: " + e);
    }
    return List.of();
  }

  private List<KnownLink> known(List<SavedLink> saved) {
    List<KnownLink> known = new ArrayList<>(saved.size());
    Map<String, Integer> numbers = new HashMap<>();
    for (SavedLink link : saved) {
      int client = numbers.computeIfAbsent(link.client(), clients::named);
      if (client >= 0) {
        long remainingNs = TimeUnit.MILLISECONDS.toNanos(link.remainingMs());
        known.add(new KnownLink(link.edge(), client, remainingNs));
      }
    }
    return known;
  }

  private String aside() {
    try {
      return "it is now " + file.setAside() + ", and nothing is known from before";
    } catch (IOException e) {
      return "nothing is known from before, and it cannot be set aside: " + e;
    }
  }

  /**
   * Starts to write.
   *
   * @return the thread, which ends after {@link #stop}
   */
  public Thread start(Duration interval, CacheCopy known) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!stopping.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                  save(known);
                }
                save(known);
              } catch (InterruptedException e) {
                LOG.log(System.Logger.Level.WARNING, "interrupted: what is learnt is not saved");
              }
            },
            "ng-cache-file");
    thread.setDaemon(true); // a disk that never comes back keeps no process alive
    thread.start();
    return thread;
  }

  private void save(CacheCopy known) throws InterruptedException {
    // The time is read before anything is copied: so nothing gains time.
    try (CacheFileWriter next = file.begin(wallClock.millis())) {
      known.giveTo(part -> write(part, next));
      next.commit();
      failedBefore = false;
    } catch (IOException | ExecutionException | TimeoutException | CancellationException fault) {
      if (!failedBefore) {
        LOG.log(
            System.Logger.Level.WARNING,
            "dnsCacheFile "
                + file.path()
                + " is not written, what is learnt will not survive a"
                + " restart: "
                + fault);
      }
      failedBefore = true;
    }
  }

  private void write(List<KnownLink> part, CacheFileWriter next) throws IOException {
    for (KnownLink link : part) {
      String client = clients.name(link.client());
      if (client != null) {
        long remainingMs = TimeUnit.NANOSECONDS.toMillis(link.remainingNs());
        next.add(new SavedLink(link.edge(), client, remainingMs));
      }
    }
  }

  /** Writes once more, and ends; before the cache's writer does. */
  public void stop(Thread thread) throws InterruptedException {
    stopping.countDown();
    thread.join(TimeUnit.SECONDS.toMillis(2 * COPY_LIMIT_S));
  }
}
