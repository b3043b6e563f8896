// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * What of long names does not fit into the rows of {@link Names}: pieces of one size, chained. Any
 * free piece serves any name, so names that come and go leave no gaps.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many pieces as there ever were in use at a time, 64 octets each, outside of
 * the heap; four for the longest name.
 */
final class NameTails {
  // The fields of a piece.
  private static final int NEXT = 0;
  private static final int OCTETS = 4;
  private static final int ROW_OCTETS = 64;

  static final int PIECE = ROW_OCTETS - OCTETS;

  private final Rows rows = new Rows(ROW_OCTETS);
  private final Handles pieces = new Handles(rows, NEXT);

  /** Keeps {@code octets[from, to)}. Returns the first of its pieces; 0 if there is nothing. */
  int add(byte[] octets, int from, int to) {
    int next = 0;
    // From the last, which alone is not full, to the first.
    for (int at = from + (to - from - 1) / PIECE * PIECE; at >= from && at < to; at -= PIECE) {
      int piece = pieces.take();
      rows.put(piece, OCTETS, octets, at, Math.min(PIECE, to - at));
      rows.intAt(piece, NEXT, next);
      next = piece;
    }
    return next;
  }

  /** Whether {@code octets[from, to)} is what begins with this piece and is as long. */
  boolean is(int first, byte[] octets, int from, int to) {
    int piece = first;
    for (int at = from; at < to; at += PIECE) {
      if (!rows.is(piece, OCTETS, octets, at, Math.min(PIECE, to - at))) {
        return false;
      }
      piece = rows.intAt(piece, NEXT);
    }
    return true;
  }

  /** Copies what begins with this piece to {@code octets[from, to)}. */
  void copy(int first, byte[] octets, int from, int to) {
    int piece = first;
    for (int at = from; at < to; at += PIECE) {
      rows.get(piece, OCTETS, octets, at, Math.min(PIECE, to - at));
      piece = rows.intAt(piece, NEXT);
    }
  }

  /** The pieces from this one on may be used for other names. */
  void free(int first) {
    int piece = first;
    while (piece != 0) {
      int next = rows.intAt(piece, NEXT);
      pieces.free(piece);
      piece = next;
    }
  }

  void clear() {
    pieces.clear();
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return rows.octetsOutside();
  }
}
