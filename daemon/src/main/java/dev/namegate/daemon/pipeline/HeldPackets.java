// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.HotPath;
import org.jspecify.annotations.Nullable;

/**
 * The packets that are held: in the order in which they came, and by their destination.
 *
 * <p><b>Threading:</b> confined to the thread that holds, but for {@link #size}.
 *
 * <p><b>Bounds:</b> {@code capacity} packets; one slot more is there to look at what comes when it
 * is full. Nothing is allocated after construction.
 */
@HotPath
@SuppressWarnings("ReferenceEquality") // this very packet, not one that is like it
final class HeldPackets {
  private final int capacity;
  private final @Nullable HeldPacket[] buckets;
  private @Nullable HeldPacket free;
  private @Nullable HeldPacket oldest;
  private @Nullable HeldPacket youngest;
  private volatile int size;

  HeldPackets(int capacity, DatagramRing datagrams) {
    if (datagrams.slots() <= capacity) {
      throw new IllegalArgumentException(
          "datagram slots=" + datagrams.slots() + " for more than " + capacity + " packets");
    }
    this.capacity = capacity;
    this.buckets = new HeldPacket[Integer.highestOneBit(Math.max(1, capacity)) * 2];
    for (int slot = capacity; slot >= 0; slot--) {
      HeldPacket packet = new HeldPacket(datagrams, slot);
      packet.nextInBucket = free;
      free = packet;
    }
  }

  /** How many are held. Any thread. */
  int size() {
    return size;
  }

  boolean isFull() {
    return size >= capacity;
  }

  /** The slot for the next packet; it stays free until {@link #add}. */
  HeldPacket next() {
    HeldPacket next = free;
    if (next == null) {
      throw new IllegalStateException("size=" + size + ", and no slot is free");
    }
    return next;
  }

  /** Holds what is in {@link #next}. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void add() {
    HeldPacket packet = next();
    free = packet.nextInBucket;
    int bucket = bucket(packet.packet().destinationHi(), packet.packet().destinationLo());
    packet.nextInBucket = buckets[bucket];
    buckets[bucket] = packet;
    packet.older = youngest;
    packet.younger = null;
    if (youngest == null) {
      oldest = packet;
    } else {
      youngest.younger = packet;
    }
    youngest = packet;
    size++;
  }

  /** Lets go of a packet; its {@link HeldPacket#nextInBucket} and neighbours are lost. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void remove(HeldPacket packet) {
    unlinkFromBucket(packet);
    if (packet.older == null) {
      oldest = packet.younger;
    } else {
      packet.older.younger = packet.younger;
    }
    if (packet.younger == null) {
      youngest = packet.older;
    } else {
      packet.younger.older = packet.older;
    }
    packet.older = null;
    packet.younger = null;
    packet.nextInBucket = free;
    free = packet;
    size--;
  }

  private void unlinkFromBucket(HeldPacket packet) {
    int bucket = bucket(packet.packet().destinationHi(), packet.packet().destinationLo());
    HeldPacket before = buckets[bucket];
    if (before == packet) {
      buckets[bucket] = packet.nextInBucket;
      return;
    }
    while (before != null && before.nextInBucket != packet) {
      before = before.nextInBucket;
    }
    if (before != null) {
      before.nextInBucket = packet.nextInBucket;
    }
  }

  /** The one that has been held longest. */
  @Nullable HeldPacket oldest() {
    return oldest;
  }

  /** The first that may go to this address; others follow as {@link HeldPacket#nextInBucket}. */
  @Nullable HeldPacket bucketOf(long hi, long lo) {
    return buckets[bucket(hi, lo)];
  }

  /** Whether a packet that is held opens the same connection as this one. */
  boolean hasSameOpening(HeldPacket packet) {
    HeldPacket held = bucketOf(packet.packet().destinationHi(), packet.packet().destinationLo());
    while (held != null && !(held != packet && held.isSameOpening(packet))) {
      held = held.nextInBucket;
    }
    return held != null;
  }

  private int bucket(long hi, long lo) {
    long mixed = (hi * 31 + lo) * 0x9e37_79b9_7f4a_7c15L;
    return (int) (mixed >>> 40) & (buckets.length - 1);
  }
}
