// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * For each name its links of one kind and in one direction, chained through the links' rows: O(1)
 * to add and to remove.
 *
 * <p>The loop over those of a name is {@code for (int link = lists.first(name); link != 0; link =
 * lists.next(link))}.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> 8 octets outside of the heap for each name that there ever was at a time.
 */
final class LinkLists {
  // The fields of a row, one for each name.
  private static final int FIRST = 0;
  private static final int SIZE = 4;
  private static final int ROW_OCTETS = 8;

  private final Links links;
  private final boolean isIncoming;
  private final Rows rows = new Rows(ROW_OCTETS);

  LinkLists(Links links, boolean isIncoming) {
    this.links = links;
    this.isIncoming = isIncoming;
  }

  /** Makes room for names with handles below this. */
  void ensure(int end) {
    rows.ensure(end);
  }

  int first(int name) {
    return rows.intAt(name, FIRST);
  }

  int next(int link) {
    return links.next(link, isIncoming);
  }

  int size(int name) {
    return rows.intAt(name, SIZE);
  }

  boolean isEmpty(int name) {
    return first(name) == 0;
  }

  void add(int name, int link) {
    rows.intAt(name, FIRST, links.addFirst(first(name), link, isIncoming));
    rows.intAt(name, SIZE, size(name) + 1);
  }

  void remove(int name, int link) {
    rows.intAt(name, FIRST, links.remove(first(name), link, isIncoming));
    rows.intAt(name, SIZE, size(name) - 1);
  }

  /** Forgets all; no name has a link now. */
  void clear() {
    rows.reset();
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return rows.octetsOutside();
  }
}
