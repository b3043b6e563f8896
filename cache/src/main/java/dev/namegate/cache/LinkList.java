// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/**
 * The links of one node in one direction, chained through the links themselves: O(1) to add and to
 * remove.
 *
 * <p>The loop over it is {@code for (L link = list.first(); link != null; link = list.next(link))}.
 */
final class LinkList<L extends Link> {
  private final boolean isIncoming;
  private @Nullable L first;
  private int size;

  LinkList(boolean isIncoming) {
    this.isIncoming = isIncoming;
  }

  @Nullable L first() {
    return first;
  }

  @SuppressWarnings("unchecked") // only an L is ever added
  @Nullable L next(Link link) {
    return (L) (isIncoming ? link.nextIncoming : link.nextOutgoing);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(L link) {
    if (first != null) {
      setPrevious(first, link);
    }
    setNext(link, first);
    first = link;
    size++;
  }

  void remove(L link) {
    L next = next(link);
    Link previous = isIncoming ? link.previousIncoming : link.previousOutgoing;
    if (previous == null) {
      assert first == link : "link is in another list";
      first = next;
    } else {
      setNext(previous, next);
    }
    if (next != null) {
      setPrevious(next, previous);
    }
    setNext(link, null);
    setPrevious(link, null);
    size--;
  }

  private void setNext(Link link, @Nullable Link next) {
    if (isIncoming) {
      link.nextIncoming = next;
    } else {
      link.nextOutgoing = next;
    }
  }

  private void setPrevious(Link link, @Nullable Link previous) {
    if (isIncoming) {
      link.previousIncoming = previous;
    } else {
      link.previousOutgoing = previous;
    }
  }
}
