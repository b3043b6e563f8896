// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.stream.LongStream;

/** Seeds of random tests: some that stay, and one of the clock; {@code -Dseed=} runs one alone. */
final class Seeds {
  private Seeds() {}

  static LongStream of(int fixed) {
    String seed = System.getProperty("seed");
    return seed != null
        ? LongStream.of(Long.parseLong(seed))
        : LongStream.concat(LongStream.range(0, fixed), LongStream.of(System.nanoTime()));
  }
}
