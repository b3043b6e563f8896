// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * For each name its links of one kind and in one direction, chained through the links' columns:
 * O(1) to add and to remove.
 *
 * <p>The loop over those of a name is {@code for (int link = lists.first(name); link != 0; link =
 * lists.next(link))}.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> 8 octets outside of the heap for each name that there ever was at a time.
 */
final class LinkLists {
  private final Links links;
  private final boolean isIncoming;
  private final IntColumn firsts = new IntColumn();
  private final IntColumn sizes = new IntColumn();

  LinkLists(Links links, boolean isIncoming) {
    this.links = links;
    this.isIncoming = isIncoming;
  }

  /** Makes room for names with handles below this. */
  void ensure(int end) {
    firsts.ensure(end);
    sizes.ensure(end);
  }

  int first(NameNode name) {
    return firsts.get(name.handle);
  }

  int next(int link) {
    return links.next(link, isIncoming);
  }

  int size(NameNode name) {
    return sizes.get(name.handle);
  }

  boolean isEmpty(NameNode name) {
    return first(name) == 0;
  }

  void add(NameNode name, int link) {
    firsts.set(name.handle, links.addFirst(first(name), link, isIncoming));
    sizes.set(name.handle, size(name) + 1);
  }

  void remove(NameNode name, int link) {
    firsts.set(name.handle, links.remove(first(name), link, isIncoming));
    sizes.set(name.handle, size(name) - 1);
  }

  /** Forgets all; no name has a link now. */
  void clear() {
    firsts.reset();
    sizes.reset();
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return firsts.octetsOutside() + sizes.octetsOutside();
  }
}
