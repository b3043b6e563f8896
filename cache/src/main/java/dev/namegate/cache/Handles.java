// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Which rows are in use: gives out their numbers, the handles, from 1 on; one that was given back
 * is given out before a new one. Those that wait are chained through a field of their rows.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many rows as there ever were handles in use at a time.
 */
final class Handles {
  private final Rows rows;
  private final int nextFree;
  private int end = 1;
  private int firstFree;

  /**
   * None in use.
   *
   * @param nextFree the field of a row, four octets, that is free for the chain while the handle is
   */
  Handles(Rows rows, int nextFree) {
    this.rows = rows;
    this.nextFree = nextFree;
  }

  /** A handle that nobody uses; what its row has is of no meaning. */
  int take() {
    int handle = firstFree;
    if (handle != 0) {
      firstFree = rows.intAt(handle, nextFree);
    } else {
      handle = end++;
      rows.ensure(end);
    }
    return handle;
  }

  /** The handle may be given out again. */
  void free(int handle) {
    rows.intAt(handle, nextFree, firstFree);
    firstFree = handle;
  }

  /** None is in use any more. */
  void clear() {
    end = 1;
    firstFree = 0;
  }

  /** All handles are below. */
  int end() {
    return end;
  }
}
