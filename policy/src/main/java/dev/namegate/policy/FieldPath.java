// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in its object; put into words when a problem is told, and so nearly never.
 *
 * <p><b>Threading:</b> immutable.
 */
final class FieldPath {
  private static final int NO_INDEX = -1;

  private final @Nullable FieldPath parent;
  private final String name;
  private final int index;

  private FieldPath(@Nullable FieldPath parent, String name, int index) {
    this.parent = parent;
    this.name = name;
    this.index = index;
  }

  /** A path that begins with these words, or with nothing. */
  static FieldPath of(String words) {
    return new FieldPath(null, words, NO_INDEX);
  }

  FieldPath key(String key) {
    return new FieldPath(this, key, NO_INDEX);
  }

  FieldPath element(int at) {
    return new FieldPath(this, "", at);
  }

  /** {@code NetworkPolicy(shop/web).spec.egress[2].action}. */
  @Override
  public String toString() {
    if (parent == null) {
      return name;
    }
    String before = parent.toString();
    if (index != NO_INDEX) {
      return before + "[" + index + "]";
    }
    return before.isEmpty() ? name : before + "." + name;
  }
}
