// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
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
final class KeyedHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final long seed;
  private final long factor;

  KeyedHash() {
    this(new SplittableRandom());
  }

  private KeyedHash(SplittableRandom random) {
    seed = random.nextLong();
    factor = random.nextLong() | 1;
  }

  /** The hash of nothing; each word is mixed into the hash of those before. */
  long seed() {
    return seed;
  }

  long mix(long hash, long word) {
    long mixed = hash ^ word;
    return mixed * factor ^ Math.multiplyHigh(mixed, factor) ^ Long.rotateLeft(hash, 29);
  }

  /** Mixes the first octets in, and how many they are. */
  long mix(long hash, byte[] octets, int length) {
    long mixed = mix(hash, length);
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      mixed = mix(mixed, (long) LONGS.get(octets, at));
    }
    long rest = 0;
    for (; at < length; at++) {
      rest = rest << 8 | (octets[at] & 0xff);
    }
    return mix(mixed, rest);
  }

  /** The bucket of a hash among so many, a power of two. */
  static int bucket(long hash, int buckets) {
    return (int) (hash ^ hash >>> 32) & (buckets - 1);
  }
}
