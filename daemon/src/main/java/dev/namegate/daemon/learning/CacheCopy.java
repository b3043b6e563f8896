// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import dev.namegate.cache.DnsCache;
import dev.namegate.cache.KnownLink;
import dev.namegate.cache.KnownLinks;
import dev.namegate.daemon.NanoClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Copies what the cache knows, {@value #NAMES_AT_A_TIME} names between two replies, so that no
 * reply waits for the whole.
 *
 * <p><b>Threading:</b> any thread but the cache's writer, which does the work.
 */
public final class CacheCopy {
  /** Copied in less than a millisecond. */
  private static final int NAMES_AT_A_TIME = 1_024;

  /** Longer than a reply may usually be held. */
  private static final long STEP_LIMIT_S = 5;

  private final DnsCache cache;
  private final Writer writer;
  private final NanoClock clock;

  /** Runs work on the cache's writer. */
  public interface Writer {
    /** Any thread. */
    <T> CompletableFuture<T> run(Callable<T> work);
  }

  /** Takes a part of what is known. */
  @FunctionalInterface
  public interface Receiver {
    void take(List<KnownLink> part) throws IOException;
  }

  /** One step of a walk, and whether there is another. */
  private record Step(List<KnownLink> links, boolean more) {}

  public CacheCopy(DnsCache cache, Writer writer, NanoClock clock) {
    this.cache = cache;
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Gives away what is known and not over, in no order, a part of it at a time: what was given is
   * not kept.
   *
   * @throws IOException as the receiver does
   * @throws TimeoutException if the writer is stuck
   * @throws java.util.concurrent.CancellationException if it has ended
   */
  public void giveTo(Receiver receiver)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    KnownLinks walk = done(writer.run(() -> cache.known()));
    boolean more = true;
    while (more) {
      Step step = done(writer.run(() -> step(walk)));
      receiver.take(step.links());
      more = step.more();
    }
  }

  /** All of it at once; as {@link #giveTo}. */
  public List<KnownLink> take() throws InterruptedException, ExecutionException, TimeoutException {
    List<KnownLink> links = new ArrayList<>();
    try {
      giveTo(links::addAll);
    } catch (IOException e) {
      throw new AssertionError("a list refuses nothing", e);
    }
    return links;
  }

  private Step step(KnownLinks walk) {
    return new Step(walk.next(NAMES_AT_A_TIME, clock.nowNs()), walk.hasNext());
  }

  private static <T> T done(CompletableFuture<T> work)
      throws InterruptedException, ExecutionException, TimeoutException {
    return work.get(STEP_LIMIT_S, TimeUnit.SECONDS);
  }
}
