// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import org.jspecify.annotations.Nullable;

/** An edge of the graph: what one record of a name said, until when. */
abstract sealed class Link permits AliasLink, AddressLink {
  final NameNode owner;
  long expiryNs;

  /** The client that it is charged to; {@link ExpiryQueues} writes it. */
  @Nullable Share share;

  /** Where it stands in its queue; -1 if in none. {@link ExpiryHeap} writes it. */
  int heapIndex = -1;

  /** Whether it is in the graph still. {@link NameGraph} writes it. */
  boolean isAttached;

  /** Whether the answer being learnt named it, so that making room for the rest spares it. */
  boolean isPinned;

  // The neighbours in the list of its owner and in that of its target; LinkList writes them.
  @Nullable Link nextOutgoing;
  @Nullable Link previousOutgoing;
  @Nullable Link nextIncoming;
  @Nullable Link previousIncoming;

  Link(NameNode owner, long expiryNs) {
    this.owner = owner;
    this.expiryNs = expiryNs;
  }

  abstract Node target();

  /** Until when something that lasts until {@code untilNs} lasts at the other end of the link. */
  final long cut(long untilNs) {
    return untilNs - expiryNs < 0 ? untilNs : expiryNs;
  }
}
