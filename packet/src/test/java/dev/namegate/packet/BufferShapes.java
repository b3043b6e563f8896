// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The same octets in every kind of buffer that a decoder may meet, each with the limit right behind
 * them or with other octets around them, so that a read outside throws or changes the result.
 */
public final class BufferShapes {
  private static final int MARGIN = 64;

  /** A buffer, and where in it the octets are. */
  public record Shape(String name, ByteBuffer buffer, int offset) {}

  private BufferShapes() {}

  public static List<Shape> of(byte[] octets) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape("heap", ByteBuffer.wrap(octets), 0));
    shapes.add(new Shape("heap, limit", padded(octets, false, (byte) 0), MARGIN));
    shapes.add(new Shape("direct, limit", padded(octets, true, (byte) 0x45), MARGIN));
    for (byte around : new byte[] {0, (byte) 0xc0, (byte) 0xff}) {
      ByteBuffer buffer = padded(octets, true, around);
      buffer.limit(buffer.capacity()).order(ByteOrder.LITTLE_ENDIAN);
      shapes.add(new Shape("direct among " + around, buffer, MARGIN));
    }
    shapes.add(
        new Shape(
            "read-only slice",
            padded(octets, false, (byte) 1).position(3).slice().asReadOnlyBuffer(),
            MARGIN - 3));
    return shapes;
  }

  private static ByteBuffer padded(byte[] octets, boolean direct, byte around) {
    int capacity = octets.length + 2 * MARGIN;
    ByteBuffer buffer =
        direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    byte[] fill = new byte[capacity];
    Arrays.fill(fill, around);
    buffer.put(0, fill).put(MARGIN, octets);
    return buffer.limit(MARGIN + octets.length);
  }
}
