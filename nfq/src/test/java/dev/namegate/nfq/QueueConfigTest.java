// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueueConfigTest {
  private static @Nullable String refusal(
      int number, int copyRange, int maxLength, int receiveBuffer) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> new QueueConfig(number, copyRange, maxLength, false, false, receiveBuffer))
        .getMessage();
  }

  @Test
  void refusesWhatTheKernelWouldCutOrWrap() {
    assertEquals("number=65536, must be from 0 to 65535", refusal(65536, 256, 1, 4096));
    assertEquals("number=-1, must be from 0 to 65535", refusal(-1, 256, 1, 4096));
    assertEquals("copyRange=65532, must be from 0 to 65531", refusal(1, 65532, 1, 4096));
    assertEquals("maxLength=0, must be from 1 to 2147483647", refusal(1, 256, 0, 4096));
    assertEquals(
        "receiveBufferBytes=100, must be from 4096 to 1073741823", refusal(1, 256, 1, 100));
  }

  @Test
  void movesToAnotherQueueByTheUpperHalfOfTheWord() {
    assertEquals(100 << 16 | 3, Verdict.toQueue(100));
    assertEquals(0xffff0003, Verdict.toQueue(65535));
    assertThrows(IllegalArgumentException.class, () -> Verdict.toQueue(65536));
  }
}
