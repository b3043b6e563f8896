// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.Arrays;

/**
 * Ids of domain sets, ascending.
 *
 * <p><b>Threading:</b> immutable once its {@link NameIndex} is built.
 *
 * <p><b>Ownership:</b> {@link #ids} is right after {@link #trim}, and never written to from then
 * on.
 */
final class SetIds {
  int[] ids = NameIndex.NONE;
  private int count;

  void add(int id) {
    if (count > 0 && ids[count - 1] == id) {
      return;
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(1, 2 * count));
    }
    ids[count++] = id;
  }

  void trim() {
    ids = count == ids.length ? ids : Arrays.copyOf(ids, count);
  }
}
