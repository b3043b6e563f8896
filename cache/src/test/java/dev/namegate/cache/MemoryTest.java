// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final int SIZE = 64;

  @Test
  void readsAndWritesWhatABufferShowsAtAnyAddress() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    long address = Memory.address(buffer);
    SplittableRandom random = new SplittableRandom(7);
    for (int at = 0; at <= SIZE - Long.BYTES; at++) {
      long value = random.nextLong();
      Memory.putLong(address + at, value);
      assertEquals(value, buffer.getLong(at));
      Memory.putInt(address + at, (int) value + 1);
      assertEquals((int) value + 1, buffer.getInt(at));
      buffer.putLong(at, ~value);
      assertEquals(~value, Memory.getLong(address + at));
      assertEquals(buffer.getInt(at), Memory.getInt(address + at));
    }
  }

  /** Whichever this JVM would not take by itself does the same, where it is there. */
  @Test
  void bothWaysReadAndWriteTheSame() throws Throwable {
    agrees(new Memory.OfUnsafe());
    if (Runtime.version().feature() >= 22) {
      agrees(new Memory.Foreign());
    }
  }

  private static void agrees(Memory.Access access) throws Throwable {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    long address = (long) access.address().invokeExact(buffer);
    assertEquals(Memory.address(buffer), address);
    for (int at = 0; at <= SIZE - Long.BYTES; at++) {
      access.put(long.class).invokeExact(address + at, Long.MIN_VALUE + at);
      assertEquals(Long.MIN_VALUE + at, buffer.getLong(at));
      assertEquals(Long.MIN_VALUE + at, (long) access.get(long.class).invokeExact(address + at));
      access.put(int.class).invokeExact(address + at, ~at);
      assertEquals(~at, buffer.getInt(at));
      assertEquals(~at, (int) access.get(int.class).invokeExact(address + at));
    }
  }
}
