// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.util.stream.LongStream;

/**
 * The seeds of random tests: a few fixed ones and the clock's, or {@code -Dseed=N} alone to run one
 * again. The display name of a parameterized test shows the seed.
 */
public final class Seeds {
  private static final int FIXED = 20;

  private Seeds() {}

  public static LongStream seeds() {
    Long chosen = Long.getLong("seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.concat(LongStream.range(0, FIXED), LongStream.of(System.nanoTime()));
  }
}
