// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who may answer the packet that a slot holds: whoever claims it first (<i>one-verdict</i>).
 *
 * <p><b>Threading:</b> one thread holds, any may claim.
 *
 * <p><b>Ordering:</b> the claim is one word that names the packet, so a thread that looks at a slot
 * which was reused in the meantime claims nothing.
 */
@HotPath
final class AnswerClaim {
  private static final VarHandle ID;

  static {
    try {
      ID = MethodHandles.lookup().findVarHandle(AnswerClaim.class, "id", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Stands in {@link #id} while nothing is held; packet ids have 32 bits. */
  private static final long NOTHING = -1;

  private volatile long sinceNs;

  /** Written by the one who holds; cleared by whoever answers. */
  private volatile long id = NOTHING;

  /** From now on there is this packet to be answered. */
  void hold(long packetId, long nowNs) {
    sinceNs = nowNs;
    id = packetId;
  }

  /** The id of the packet that is held, or a negative number. */
  long id() {
    return id;
  }

  /** Since when; only meaningful if a {@link #claim} succeeds. */
  long sinceNs() {
    return sinceNs;
  }

  /** Takes the right to answer this packet; false if it was answered already. */
  boolean claim(long packetId) {
    return ID.compareAndSet(this, packetId, NOTHING);
  }
}
