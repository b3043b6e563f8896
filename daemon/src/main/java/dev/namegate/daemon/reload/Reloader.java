// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.reload;

import dev.namegate.daemon.NanoClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees that resource files changed, waits until whoever writes them is done, and hands on what they
 * say.
 *
 * <p>A change is acted upon when nothing has changed for {@value #QUIET_MS} ms, or at once when
 * somebody asks for it, who knows that all is written. A file that some process still has open for
 * writing, or that has not come to rest after {@value #MAX_SETTLE_MS} ms, counts as unreadable
 * until it is: what it said before stays in force, and the other files are read.
 *
 * <p><b>Threading:</b> reads and hands on from a thread of its own; {@link #request} by any.
 *
 * <p><b>Errors:</b> what the receiver throws is logged, once each time it says something else, and
 * tried again every {@value #RETRY_MS} ms.
 *
 * @param <T> what the receiver makes of the files
 */
public final class Reloader<T> {
  private static final System.Logger LOG = System.getLogger(Reloader.class.getName());
  private static final long MS = 1_000_000;
  private static final int QUIET_MS = 200;
  private static final int MAX_SETTLE_MS = 5_000;

  /** How often the files are looked at without an event. */
  private static final int LOOK_MS = 2_000;

  private static final int RETRY_MS = 5_000;

  private final List<Path> resources;
  private final List<Path> others;
  private final Receiver<T> receiver;
  private final NanoClock clock;
  private final DirectoryEvents events;
  private final Thread thread;

  /** What was handed on last, and the files that were left out then. Confined to the thread. */
  private FileStamps taken;

  private Set<Path> leftOut = Set.of();

  /** What the last attempt failed of; null if it succeeded. Confined to the thread. */
  private @Nullable String failure;

  private boolean event;
  private boolean requested;
  private boolean stopping;

  /** Takes what was read; all on the thread of the reloader. */
  public interface Receiver<T> {
    /**
     * Reads all files but those that somebody is still writing, and makes of them what can be put
     * into force; what it makes is forgotten if any file was written meanwhile.
     */
    T prepare(Set<Path> unfinished) throws Exception;

    /**
     * Puts it into force.
     *
     * @throws Exception if that failed and is worth another try
     */
    void putIntoForce(T prepared) throws Exception;

    /** The attempt failed: what was in force stays. */
    void failed(Throwable cause);
  }

  private Reloader(
      List<Path> resources,
      List<Path> others,
      FileStamps taken,
      Receiver<T> receiver,
      NanoClock clock)
      throws IOException {
    this.resources = List.copyOf(resources);
    this.others = List.copyOf(others);
    this.taken = taken;
    this.receiver = receiver;
    this.clock = clock;
    List<Path> watched = new ArrayList<>(resources);
    watched.addAll(others);
    this.events = DirectoryEvents.watch(watched, this::onEvent);
    this.thread = new Thread(this::run, "ng-reload");
  }

  /**
   * Watches these files from now on.
   *
   * @param resources directories and files of resources
   * @param others files that say something too; they need not exist
   * @param taken what all of them were like before they were last read
   */
  public static <T> Reloader<T> start(
      List<Path> resources,
      List<Path> others,
      FileStamps taken,
      Receiver<T> receiver,
      NanoClock clock)
      throws IOException {
    Reloader<T> reloader = new Reloader<>(resources, others, taken, receiver, clock);
    reloader.thread.start();
    return reloader;
  }

  private synchronized void onEvent() {
    event = true;
    notifyAll();
  }

  /** Reads again, whether anything seems to have changed or not. */
  public synchronized void request() {
    requested = true;
    notifyAll();
  }

  private void run() {
    boolean retry = false;
    try {
      while (awaitOccasion(retry ? RETRY_MS : LOOK_MS)) {
        retry = !attempt(retry);
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "reloading ends: " + e);
    }
  }

  /** Waits for an event, a request or the time to look; false if it is time to stop. */
  private synchronized boolean awaitOccasion(long timeoutMs) throws InterruptedException {
    long deadlineNs = clock.nowNs() + timeoutMs * MS;
    long leftNs = timeoutMs * MS;
    while (!stopping && !event && !requested && leftNs > 0) {
      wait(leftNs / MS + 1);
      leftNs = deadlineNs - clock.nowNs();
    }
    event = false;
    return !stopping;
  }

  private synchronized boolean isRequested() {
    return requested;
  }

  private synchronized boolean takeRequest() {
    boolean was = requested;
    requested = false;
    return was;
  }

  /** Looks; false if that has to be tried again. */
  private boolean attempt(boolean retry) throws InterruptedException {
    try {
      boolean done = look(retry);
      if (done) {
        failure = null;
      }
      return done;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) { // an Error must not be the end of reloading either
      receiver.failed(e);
      boolean again = e.toString().equals(failure);
      failure = e.toString();
      LOG.log(
          again ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
          "the resources could not be put into force, what was in force stays, next try in s="
              + RETRY_MS / 1_000
              + ": "
              + e.getMessage(),
          e);
      return false;
    }
  }

  /** Reads if there is a reason to; false if that has to be tried again. */
  private boolean look(boolean retry) throws Exception {
    boolean asked = takeRequest();
    events.renew();
    FileStamps seen = stamps();
    if (!asked && !retry && leftOut.isEmpty() && seen.equals(taken)) {
      return true;
    }
    Set<Path> unfinished = new HashSet<>();
    FileStamps settled = asked ? seen : settle(seen, unfinished);
    boolean evenIfSame = takeRequest() || asked || retry;
    unfinished.addAll(OpenFiles.forWriting(settled.changedSince(taken)));
    FileStamps readable = settled.with(unfinished, taken);
    if (!evenIfSame && readable.equals(taken) && unfinished.equals(leftOut)) {
      return true;
    }
    for (Path other : others) {
      if (unfinished.contains(other)) {
        throw new IOException(other + " is still being written: save it");
      }
    }
    T prepared = receiver.prepare(unfinished);
    if (!stamps().with(unfinished, settled).equals(settled)) {
      onEvent(); // somebody wrote while we read: once more, from the start
      return !evenIfSame;
    }
    receiver.putIntoForce(prepared);
    taken = readable;
    leftOut = unfinished;
    return true;
  }

  private FileStamps stamps() {
    return FileStamps.of(resources, others);
  }

  /**
   * Waits until nothing changes, or somebody asks for what is there now; what changes to the end is
   * added to the unfinished.
   */
  private FileStamps settle(FileStamps first, Set<Path> unfinished) throws InterruptedException {
    long untilNs = clock.nowNs() + MAX_SETTLE_MS * MS;
    FileStamps before = first;
    while (true) {
      pause();
      FileStamps now = stamps();
      if (isRequested()) {
        return now;
      }
      if (now.equals(before) || clock.nowNs() - untilNs > 0) {
        unfinished.addAll(now.changedSince(before));
        return now;
      }
      before = now;
    }
  }

  private synchronized void pause() throws InterruptedException {
    long deadlineNs = clock.nowNs() + QUIET_MS * MS;
    for (long leftNs = QUIET_MS * MS;
        leftNs > 0 && !stopping && !requested;
        leftNs = deadlineNs - clock.nowNs()) {
      wait(leftNs / MS + 1);
    }
  }

  /** Ends it; waits for a reload that is under way. */
  public void stop() throws IOException, InterruptedException {
    synchronized (this) {
      stopping = true;
      notifyAll();
    }
    events.close();
    thread.join();
  }
}
