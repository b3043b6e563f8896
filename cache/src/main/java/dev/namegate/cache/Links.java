// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * The links: what one record of a name said, until when. A link is a number, its handle, and has a
 * row in these columns; 0 is none.
 *
 * <pre>
 *   handle │ owner │ target │ expiryNs │ state             │ queue │ next, previous (outgoing, incoming)
 *   ───────┼───────┼────────┼──────────┼───────────────────┼───────┼────────────────────────────────────
 *        1 │ name  │ name   │ …        │ share 28 │ flags 4│ index │ the lists of owner and target
 *        2 │ name  │ address│ …        │ …                 │ …     │ …
 *        3 │ (free: next outgoing is the next free one)
 * </pre>
 *
 * <p>Flags: whether it is an alias, else it leads to an address; is in the graph; is named by the
 * answer being learnt (<i>pinned</i>); waits for the publisher.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> 40 octets a link, outside of the heap. A handle is used again after {@link
 * #free}.
 */
final class Links {
  private static final int ALIAS = 1;
  private static final int ATTACHED = 2;
  private static final int PINNED = 4;
  private static final int UNPUBLISHED = 8;
  private static final int SHARE_SHIFT = 4;
  private static final int FLAGS = (1 << SHARE_SHIFT) - 1;

  private final IntColumn owners = new IntColumn();
  private final IntColumn targets = new IntColumn();
  private final LongColumn expiries = new LongColumn();
  private final IntColumn states = new IntColumn();
  private final IntColumn queueIndices = new IntColumn();
  private final IntColumn nextOutgoing = new IntColumn();
  private final IntColumn previousOutgoing = new IntColumn();
  private final IntColumn nextIncoming = new IntColumn();
  private final IntColumn previousIncoming = new IntColumn();

  private int end = 1;
  private int firstFree;

  /** A new link, which is in the graph but in no list, and charged to nobody. */
  int add(boolean isAlias, int owner, int target, long expiryNs) {
    int link = firstFree;
    if (link != 0) {
      firstFree = nextOutgoing.get(link);
    } else {
      link = end++;
      ensure(end);
    }
    owners.set(link, owner);
    targets.set(link, target);
    expiries.set(link, expiryNs);
    states.set(link, isAlias ? ALIAS | ATTACHED : ATTACHED);
    queueIndices.set(link, 0);
    return link;
  }

  private void ensure(int size) {
    owners.ensure(size);
    targets.ensure(size);
    expiries.ensure(size);
    states.ensure(size);
    queueIndices.ensure(size);
    nextOutgoing.ensure(size);
    previousOutgoing.ensure(size);
    nextIncoming.ensure(size);
    previousIncoming.ensure(size);
  }

  /** The handle may be used for another link. */
  void free(int link) {
    nextOutgoing.set(link, firstFree);
    firstFree = link;
  }

  void clear() {
    end = 1;
    firstFree = 0;
  }

  /** The name that it starts from. */
  int owner(int link) {
    return owners.get(link);
  }

  /** The name or the address that it leads to. */
  int target(int link) {
    return targets.get(link);
  }

  long expiryNs(int link) {
    return expiries.get(link);
  }

  void expiryNs(int link, long expiryNs) {
    expiries.set(link, expiryNs);
  }

  /** Until when something that lasts until {@code untilNs} lasts at the other end of the link. */
  long cut(int link, long untilNs) {
    long expiryNs = expiryNs(link);
    return untilNs - expiryNs < 0 ? untilNs : expiryNs;
  }

  /** Whether it leads to a name. */
  boolean isAlias(int link) {
    return (states.get(link) & ALIAS) != 0;
  }

  /** Whether it is in the graph still. {@link NameGraph} takes it out. */
  boolean isAttached(int link) {
    return (states.get(link) & ATTACHED) != 0;
  }

  void detach(int link) {
    flag(link, ATTACHED, false);
  }

  /** Whether the answer being learnt named it, so that making room for the rest spares it. */
  boolean isPinned(int link) {
    return (states.get(link) & PINNED) != 0;
  }

  void pin(int link, boolean isPinned) {
    flag(link, PINNED, isPinned);
  }

  /** Whether it stands in the publisher's list of links whose address may gain by them. */
  boolean isUnpublished(int link) {
    return (states.get(link) & UNPUBLISHED) != 0;
  }

  void unpublished(int link, boolean isUnpublished) {
    flag(link, UNPUBLISHED, isUnpublished);
  }

  private void flag(int link, int flag, boolean isSet) {
    int state = states.get(link);
    states.set(link, isSet ? state | flag : state & ~flag);
  }

  /** The client's share that it is charged to; 0 if none. {@link ExpiryQueues} writes it. */
  int share(int link) {
    return states.get(link) >>> SHARE_SHIFT;
  }

  void share(int link, int share) {
    states.set(link, (states.get(link) & FLAGS) | (share << SHARE_SHIFT));
  }

  /** Where it stands in its queue; -1 if in none. {@link ExpiryHeap} writes it. */
  int queueIndex(int link) {
    return queueIndices.get(link) - 1;
  }

  void queueIndex(int link, int index) {
    queueIndices.set(link, index + 1);
  }

  /** The link behind this one in the list of its owner, or of its target; 0 if none. */
  int next(int link, boolean isIncoming) {
    return (isIncoming ? nextIncoming : nextOutgoing).get(link);
  }

  /** Puts the link before the first of a list. Returns the first of the list now. */
  int addFirst(int first, int link, boolean isIncoming) {
    IntColumn next = isIncoming ? nextIncoming : nextOutgoing;
    IntColumn previous = isIncoming ? previousIncoming : previousOutgoing;
    if (first != 0) {
      previous.set(first, link);
    }
    next.set(link, first);
    previous.set(link, 0);
    return link;
  }

  /** Takes the link out of the list that begins so. Returns the first of the list now. */
  int remove(int first, int link, boolean isIncoming) {
    IntColumn next = isIncoming ? nextIncoming : nextOutgoing;
    IntColumn previous = isIncoming ? previousIncoming : previousOutgoing;
    int after = next.get(link);
    int before = previous.get(link);
    if (after != 0) {
      previous.set(after, before);
    }
    if (before == 0) {
      assert first == link : "link is in another list";
      return after;
    }
    next.set(before, after);
    return first;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return 8 * owners.octetsOutside() + expiries.octetsOutside();
  }
}
