// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * From a selector to what could match it, by one of its labels.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * @param <T> what has labels
 */
public final class LabelIndex<T> {
  private final Set<T> all = new LinkedHashSet<>();
  private final Map<LabelKey, Set<T>> byKey = new HashMap<>();

  /** Files what has these labels. */
  public void add(Map<String, String> labels, T what) {
    all.add(what);
    labels.forEach(
        (label, value) -> {
          file(new LabelKey(label, value), what);
          file(new LabelKey(label, null), what);
        });
  }

  private void file(LabelKey key, T what) {
    byKey.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(what);
  }

  /** Takes out what {@link #add} filed under these labels. */
  public void remove(Map<String, String> labels, T what) {
    all.remove(what);
    labels.forEach(
        (label, value) -> {
          takeOut(new LabelKey(label, value), what);
          takeOut(new LabelKey(label, null), what);
        });
  }

  private void takeOut(LabelKey key, T what) {
    Set<T> filed = byKey.get(key);
    if (filed != null && filed.remove(what) && filed.isEmpty()) {
      byKey.remove(key);
    }
  }

  /** What could match the selector: nothing else does. */
  public Collection<T> candidates(Selector selector) {
    Set<LabelKey> keys = LabelKey.of(selector, key -> byKey.getOrDefault(key, Set.of()).size());
    if (keys == null) {
      return Collections.unmodifiableSet(all);
    }
    if (keys.size() == 1) {
      return Collections.unmodifiableSet(byKey.getOrDefault(keys.iterator().next(), Set.of()));
    }
    Set<T> candidates = new HashSet<>();
    keys.forEach(key -> candidates.addAll(byKey.getOrDefault(key, Set.of())));
    return candidates;
  }
}
