// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for things: what stays keeps its number, what is no longer used gives it back.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Bounds:</b> a number is below the most things that were there at a time.
 *
 * @param <T> has {@code equals} and {@code hashCode} of its content
 */
final class Numbering<T> {
  private final Map<T, Integer> numbers = new HashMap<>();
  private final List<@Nullable T> things = new ArrayList<>();
  private final BitSet taken = new BitSet();

  /** The number of what equals this. */
  int of(T thing) {
    Integer known = numbers.get(thing);
    if (known != null) {
      return known;
    }
    int number = taken.nextClearBit(0);
    if (number == things.size()) {
      things.add(thing);
    } else {
      things.set(number, thing);
    }
    taken.set(number);
    numbers.put(thing, number);
    return number;
  }

  /** Gives back all numbers but these. */
  void retain(BitSet used) {
    for (int i = taken.nextSetBit(0); i >= 0; i = taken.nextSetBit(i + 1)) {
      if (!used.get(i)) {
        numbers.remove(Objects.requireNonNull(things.get(i)));
        things.set(i, null);
      }
    }
    taken.and(used);
    while (things.size() > taken.length()) {
      things.remove(things.size() - 1);
    }
  }

  /** What has a number, each at its own. */
  List<T> list(T nothing) {
    List<T> list = new ArrayList<>(things.size());
    for (T thing : things) {
      list.add(thing == null ? nothing : thing);
    }
    return List.copyOf(list);
  }
}
