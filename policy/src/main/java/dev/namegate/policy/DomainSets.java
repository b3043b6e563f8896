// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives each distinct set of domain patterns an id. */
final class DomainSets {
  /** The id of no set at all. */
  static final int NONE = -1;

  private final Map<Set<DomainPattern>, Integer> ids = new HashMap<>();
  private final List<Set<DomainPattern>> sets = new ArrayList<>();

  /** The id of the set of these patterns; {@link #NONE} if there are none. */
  int idOf(Collection<DomainPattern> patterns) {
    if (patterns.isEmpty()) {
      return NONE;
    }
    return ids.computeIfAbsent(
        Set.copyOf(patterns),
        set -> {
          sets.add(set);
          return sets.size() - 1;
        });
  }

  /** The sets by id. */
  List<Set<DomainPattern>> all() {
    return List.copyOf(sets);
  }
}
