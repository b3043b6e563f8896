// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From labels to the selectors that could match them.
 *
 * <p>A selector is filed under a label, with its value if it says which: {@code ==}, {@code in},
 * {@code has} and the like, or an {@code &&} that contains one. All others could match any labels.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * @param <T> what stands for a selector
 */
public final class SelectorIndex<T> {
  /** A value tells more than that there is one. */
  private static final int ANY_VALUE_COST = 1_000;

  private final Map<LabelKey, Set<T>> byKey = new HashMap<>();
  private final Set<T> others = new LinkedHashSet<>();

  private static @Nullable Set<LabelKey> keys(Selector selector) {
    return LabelKey.of(selector, key -> key.value() == null ? ANY_VALUE_COST : 1);
  }

  /** Files what stands for this selector. */
  public void add(Selector selector, T what) {
    Set<LabelKey> keys = keys(selector);
    if (keys == null) {
      others.add(what);
      return;
    }
    keys.forEach(key -> byKey.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(what));
  }

  /** Takes out what {@link #add} filed for this selector. */
  public void remove(Selector selector, T what) {
    Set<LabelKey> keys = keys(selector);
    if (keys == null) {
      others.remove(what);
      return;
    }
    for (LabelKey key : keys) {
      Set<T> filed = byKey.get(key);
      if (filed != null && filed.remove(what) && filed.isEmpty()) {
        byKey.remove(key);
      }
    }
  }

  /** What stands for the selectors that could match these labels: no other does. */
  public Set<T> candidates(Map<String, String> labels) {
    Set<T> candidates = new HashSet<>(others);
    labels.forEach(
        (label, value) -> {
          candidates.addAll(byKey.getOrDefault(new LabelKey(label, value), Set.of()));
          candidates.addAll(byKey.getOrDefault(new LabelKey(label, null), Set.of()));
        });
    return candidates;
  }
}
