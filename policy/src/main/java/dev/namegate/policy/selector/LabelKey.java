// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that labels have to have for a selector to match them.
 *
 * @param value null if any will do
 */
record LabelKey(String label, @Nullable String value) {
  /**
   * Keys of which labels that meet the condition have one or more; null if there are none such, so
   * that any labels could meet it.
   *
   * @param cost of following a key; of the operands of an {@code &&} the cheapest gives the keys
   */
  static @Nullable Set<LabelKey> of(Selector selector, ToIntFunction<LabelKey> cost) {
    if (selector instanceof Selector.Equal equal) {
      return Set.of(new LabelKey(equal.label(), equal.value()));
    } else if (selector instanceof Selector.In in) {
      return in.values().stream()
          .map(value -> new LabelKey(in.label(), value))
          .collect(Collectors.toSet());
    } else if (selector instanceof Selector.Has has) {
      return anyValue(has.label());
    } else if (selector instanceof Selector.Contains contains) {
      return anyValue(contains.label());
    } else if (selector instanceof Selector.StartsWith startsWith) {
      return anyValue(startsWith.label());
    } else if (selector instanceof Selector.EndsWith endsWith) {
      return anyValue(endsWith.label());
    } else if (selector instanceof Selector.And and) {
      return cheapest(and.operands(), cost);
    } else if (selector instanceof Selector.Or or) {
      return union(or.operands(), cost);
    }
    return null;
  }

  private static Set<LabelKey> anyValue(String label) {
    return Set.of(new LabelKey(label, null));
  }

  private static @Nullable Set<LabelKey> cheapest(
      List<Selector> operands, ToIntFunction<LabelKey> cost) {
    Set<LabelKey> best = null;
    long bestCost = Long.MAX_VALUE;
    for (Selector operand : operands) {
      Set<LabelKey> keys = of(operand, cost);
      if (keys != null) {
        long sum = keys.stream().mapToLong(cost::applyAsInt).sum();
        if (sum < bestCost) {
          best = keys;
          bestCost = sum;
        }
      }
    }
    return best;
  }

  private static @Nullable Set<LabelKey> union(
      List<Selector> operands, ToIntFunction<LabelKey> cost) {
    Set<LabelKey> all = new HashSet<>();
    for (Selector operand : operands) {
      Set<LabelKey> keys = of(operand, cost);
      if (keys == null) {
        return null;
      }
      all.addAll(keys);
    }
    return all;
  }

  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LabelKey that
        && label.equals(that.label)
        && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * label.hashCode() + Objects.hashCode(value);
  }
}
