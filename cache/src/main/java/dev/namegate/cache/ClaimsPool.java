// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.Arrays;

/**
 * The claims of the names that inherit any, which few do: each has a place here, a number; 0 is
 * that of all others.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many places as there ever were in use at a time.
 */
final class ClaimsPool {
  private static final int FIRST = 16;

  private Claims[] claims = first();
  private final IntList free = new IntList();
  private int end = 1;

  private static Claims[] first() {
    Claims[] first = new Claims[FIRST];
    Arrays.fill(first, Claims.NONE);
    return first;
  }

  Claims at(int place) {
    return claims[place];
  }

  /** A place for a name that has none, with nothing in it. */
  int take() {
    if (!free.isEmpty()) {
      return free.removeLast();
    }
    if (end == claims.length) {
      claims = Arrays.copyOf(claims, end + end / 2);
      Arrays.fill(claims, end, claims.length, Claims.NONE);
    }
    claims[end] = new Claims();
    return end++;
  }

  /** Takes back what is there; the place may be used for another name. */
  void free(int place) {
    if (place != 0) {
      claims[place].clear();
      free.add(place);
    }
  }

  void clear() {
    claims = first();
    free.clear();
    end = 1;
  }
}
