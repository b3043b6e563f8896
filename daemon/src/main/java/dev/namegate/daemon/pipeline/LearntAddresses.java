// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.dns.AnswerLinks;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Tells the thread that holds denied packets which addresses were learnt, batch by batch, when what
 * they teach is in force.
 *
 * <p><b>Threading:</b> the commit stage tells, one thread takes.
 *
 * <p><b>Ordering:</b> <i>publish, fence, look whether anything is held</i> here; <i>hold, fence,
 * decide</i> there: so one of the two sees the other, and no packet waits for an answer that has
 * come.
 *
 * <p><b>Bounds:</b> {@value #SLOTS} addresses wait at most. What is more, and an alias, which can
 * give a name addresses that were learnt before, count as <i>any address</i>.
 */
final class LearntAddresses implements Commit {
  static final int SLOTS = 1024;

  private final Commit commit;
  private final BooleanSupplier isHolding;
  private final Runnable wakeUp;
  private final long[] addresses = new long[2 * SLOTS];
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicBoolean any = new AtomicBoolean();

  /** How far the batch that is being committed has got, and whether it is about any address. */
  private long next;

  private boolean anyInBatch;

  /**
   * @param commit what puts an answer into force
   * @param isHolding whether somebody waits
   * @param wakeUp ends his sleep
   */
  LearntAddresses(Commit commit, BooleanSupplier isHolding, Runnable wakeUp) {
    this.commit = commit;
    this.isHolding = isHolding;
    this.wakeUp = wakeUp;
  }

  @Override
  public void commit(Answer answer, long nowNs) {
    try {
      commit.commit(answer, nowNs);
    } finally {
      note(answer.links());
    }
  }

  private void note(AnswerLinks links) {
    for (int link = 0; link < links.size(); link++) {
      if (!links.isAlias(link) && next - taken.getAcquire() < SLOTS) {
        int slot = (int) (next++ % SLOTS) * 2;
        addresses[slot] = links.addressHi(link);
        addresses[slot + 1] = links.addressLo(link);
      } else {
        anyInBatch = true;
      }
    }
  }

  @Override
  public void endOfBatch(long nowNs) {
    try {
      commit.endOfBatch(nowNs);
    } finally {
      tell();
    }
  }

  @Override
  public void tidy(long nowNs) {
    commit.tidy(nowNs);
  }

  private void tell() {
    if (!anyInBatch && next == told.getPlain()) {
      return;
    }
    VarHandle.fullFence();
    if (isHolding.getAsBoolean()) {
      told.setRelease(next);
      if (anyInBatch) {
        any.set(true);
      }
      wakeUp.run();
    } else {
      next = told.getPlain();
    }
    anyInBatch = false;
  }

  /** Whether something was learnt that may concern any address; asked once for each time. */
  boolean takeAny() {
    return any.getAndSet(false);
  }

  /** Whether {@link #hi} and {@link #lo} are an address that was learnt. */
  boolean hasNext() {
    return taken.getPlain() != told.getAcquire();
  }

  long hi() {
    return addresses[(int) (taken.getPlain() % SLOTS) * 2];
  }

  long lo() {
    return addresses[(int) (taken.getPlain() % SLOTS) * 2 + 1];
  }

  /** Is done with that address. */
  void advance() {
    taken.setRelease(taken.getPlain() + 1);
  }
}
