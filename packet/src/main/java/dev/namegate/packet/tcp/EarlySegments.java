// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The data of one stream that came ahead of data still missing: disjoint pieces, in order.
 *
 * <p>Places are offsets into the stream, which do not wrap.
 *
 * <p><b>Bounds:</b> {@value #MAX_PIECES} pieces; their octets are the caller's to account for.
 */
final class EarlySegments {
  static final int MAX_PIECES = 1_024;

  /** What a piece costs besides its data, about. */
  static final int PIECE_OVERHEAD = 64;

  private long[] starts = new long[8];
  private @Nullable ByteBuffer[] pieces = new ByteBuffer[8];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Where the first piece starts; there must be one. */
  long firstStart() {
    return starts[0];
  }

  /** Removes the first piece and gives it away; there must be one. */
  ByteBuffer removeFirst() {
    ByteBuffer first = piece(0);
    size--;
    System.arraycopy(starts, 1, starts, 0, size);
    System.arraycopy(pieces, 1, pieces, 0, size);
    pieces[size] = null;
    return first;
  }

  /** Where the data ends that is furthest ahead; there must be a piece. */
  long lastEnd() {
    return end(size - 1);
  }

  /** Whether this data says the same as the pieces wherever they overlap. */
  boolean agrees(long start, ByteBuffer buffer, int offset, int length) {
    long end = start + length;
    for (int i = firstEndingAfter(start); i < size && starts[i] < end; i++) {
      ByteBuffer piece = piece(i);
      long from = Math.max(start, starts[i]);
      long to = Math.min(end, end(i));
      for (long at = from; at < to; at++) {
        if (piece.get((int) (at - starts[i])) != buffer.get(offset + (int) (at - start))) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many octets of this data are in no piece yet. */
  int missing(long start, int length) {
    long end = start + length;
    int missing = length;
    for (int i = firstEndingAfter(start); i < size && starts[i] < end; i++) {
      missing -= (int) (Math.min(end, end(i)) - Math.max(start, starts[i]));
    }
    return missing;
  }

  /** Into how many pieces what is missing of this data falls. */
  int gaps(long start, int length) {
    long end = start + length;
    int gaps = 0;
    long at = start;
    for (int i = firstEndingAfter(start); i < size && starts[i] < end; i++) {
      gaps += starts[i] > at ? 1 : 0;
      at = end(i);
    }
    return at < end ? gaps + 1 : gaps;
  }

  /** Adds what is missing of this data; there must be room for {@link #gaps} more pieces. */
  void add(long start, ByteBuffer buffer, int offset, int length) {
    long end = start + length;
    int i = firstEndingAfter(start);
    long at = start;
    while (at < end) {
      long next = i < size ? Math.min(starts[i], end) : end;
      if (next > at) {
        insert(i, at, copy(buffer, offset + (int) (at - start), (int) (next - at)));
        i++;
      }
      at = i < size ? Math.max(next, end(i)) : next;
      i++;
    }
  }

  private static ByteBuffer copy(ByteBuffer buffer, int offset, int length) {
    byte[] octets = new byte[length];
    buffer.get(offset, octets);
    return ByteBuffer.wrap(octets);
  }

  private void insert(int index, long start, ByteBuffer piece) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      pieces = Arrays.copyOf(pieces, 2 * size);
    }
    System.arraycopy(starts, index, starts, index + 1, size - index);
    System.arraycopy(pieces, index, pieces, index + 1, size - index);
    starts[index] = start;
    pieces[index] = piece;
    size++;
  }

  /** Most data comes behind what is there, so it looks from the end. */
  private int firstEndingAfter(long offset) {
    int index = size;
    while (index > 0 && end(index - 1) > offset) {
      index--;
    }
    return index;
  }

  private long end(int index) {
    return starts[index] + piece(index).limit();
  }

  private ByteBuffer piece(int index) {
    ByteBuffer piece = pieces[index];
    if (piece == null) {
      throw new IllegalStateException("no piece " + index + " of " + size);
    }
    return piece;
  }
}
