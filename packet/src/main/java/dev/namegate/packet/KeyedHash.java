// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A hash with a key of its own, chosen at random: nobody who can choose what is hashed can choose
 * collisions.
 *
 * <p><b>Threading:</b> immutable.
 */
@HotPath
public final class KeyedHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final long seed;
  private final long factor;

  /** A hash unlike any other. */
  public KeyedHash() {
    this(new SplittableRandom());
  }

  private KeyedHash(SplittableRandom random) {
    seed = random.nextLong();
    factor = random.nextLong() | 1;
  }

  /** The hash of nothing; each word is mixed into the hash of those before. */
  public long seed() {
    return seed;
  }

  /** The hash of what stands before, and of this word. */
  public long mix(long hash, long word) {
    long mixed = hash ^ word;
    return mixed * factor ^ Math.multiplyHigh(mixed, factor) ^ Long.rotateLeft(hash, 29);
  }

  /** Mixes the first octets in, and how many they are. */
  public long mix(long hash, byte[] octets, int length) {
    return mix(hash, octets, 0, length);
  }

  /** Mixes {@code octets[from, to)} in, and how many they are. */
  public long mix(long hash, byte[] octets, int from, int to) {
    long mixed = mix(hash, to - from);
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      mixed = mix(mixed, (long) LONGS.get(octets, at));
    }
    long rest = 0;
    for (; at < to; at++) {
      rest = rest << 8 | (octets[at] & 0xff);
    }
    return mix(mixed, rest);
  }

  /** The bucket of a hash among so many, a power of two. */
  public static int bucket(long hash, int buckets) {
    return (int) (hash ^ hash >>> 32) & (buckets - 1);
  }
}
