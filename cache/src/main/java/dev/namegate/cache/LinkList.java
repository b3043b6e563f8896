// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * The links of one name in one direction and of one kind, chained through the links' columns: O(1)
 * to add and to remove.
 *
 * <p>The loop over it is {@code for (int link = list.first(); link != 0; link = list.next(link))}.
 */
final class LinkList {
  private final Links links;
  private final boolean isIncoming;
  private int first;
  private int size;

  LinkList(Links links, boolean isIncoming) {
    this.links = links;
    this.isIncoming = isIncoming;
  }

  int first() {
    return first;
  }

  int next(int link) {
    return links.next(link, isIncoming);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int link) {
    first = links.addFirst(first, link, isIncoming);
    size++;
  }

  void remove(int link) {
    first = links.remove(first, link, isIncoming);
    size--;
  }

  void clear() {
    first = 0;
    size = 0;
  }
}
