// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * The links: what one record of a name said, until when. A link is a number, its handle, and is the
 * number of its row; 0 is none.
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

  // The fields of a row: what a list is walked by first, then what makes room.
  private static final int OWNER = 0;
  private static final int TARGET = 4;
  private static final int NEXT_OUTGOING = 8;
  private static final int NEXT_INCOMING = 12;
  private static final int EXPIRY_NS = 16;
  private static final int STATE = 24;
  private static final int QUEUE_INDEX = 28;
  private static final int PREVIOUS_OUTGOING = 32;
  private static final int PREVIOUS_INCOMING = 36;
  private static final int ROW_OCTETS = 40;

  private final Rows rows = new Rows(ROW_OCTETS);
  private final Handles handles = new Handles(rows, NEXT_OUTGOING);

  /** A new link, which is in the graph but in no list, and charged to nobody. */
  int add(boolean isAlias, int owner, int target, long expiryNs) {
    int link = handles.take();
    rows.intAt(link, OWNER, owner);
    rows.intAt(link, TARGET, target);
    rows.longAt(link, EXPIRY_NS, expiryNs);
    rows.intAt(link, STATE, isAlias ? ALIAS | ATTACHED : ATTACHED);
    rows.intAt(link, QUEUE_INDEX, 0);
    return link;
  }

  /** The handle may be used for another link. */
  void free(int link) {
    handles.free(link);
  }

  void clear() {
    handles.clear();
  }

  /** The name that it starts from. */
  int owner(int link) {
    return rows.intAt(link, OWNER);
  }

  /** The name or the address that it leads to. */
  int target(int link) {
    return rows.intAt(link, TARGET);
  }

  /** Reads all of the row; the number is of no meaning. */
  int readRow(int link) {
    return rows.intAt(link, OWNER) + rows.intAt(link, PREVIOUS_INCOMING);
  }

  long expiryNs(int link) {
    return rows.longAt(link, EXPIRY_NS);
  }

  void expiryNs(int link, long expiryNs) {
    rows.longAt(link, EXPIRY_NS, expiryNs);
  }

  /** Until when something that lasts until {@code untilNs} lasts at the other end of the link. */
  long cut(int link, long untilNs) {
    long expiryNs = expiryNs(link);
    return untilNs - expiryNs < 0 ? untilNs : expiryNs;
  }

  /** Whether it leads to a name. */
  boolean isAlias(int link) {
    return (rows.intAt(link, STATE) & ALIAS) != 0;
  }

  /** Whether it is in the graph still. {@link NameGraph} takes it out. */
  boolean isAttached(int link) {
    return (rows.intAt(link, STATE) & ATTACHED) != 0;
  }

  void detach(int link) {
    flag(link, ATTACHED, false);
  }

  /** Whether the answer being learnt named it, so that making room for the rest spares it. */
  boolean isPinned(int link) {
    return (rows.intAt(link, STATE) & PINNED) != 0;
  }

  void pin(int link, boolean isPinned) {
    flag(link, PINNED, isPinned);
  }

  /** Whether it stands in the publisher's list of links whose address may gain by them. */
  boolean isUnpublished(int link) {
    return (rows.intAt(link, STATE) & UNPUBLISHED) != 0;
  }

  void unpublished(int link, boolean isUnpublished) {
    flag(link, UNPUBLISHED, isUnpublished);
  }

  private void flag(int link, int flag, boolean isSet) {
    int state = rows.intAt(link, STATE);
    rows.intAt(link, STATE, isSet ? state | flag : state & ~flag);
  }

  /** The client's share that it is charged to; 0 if none. {@link ExpiryQueues} writes it. */
  int share(int link) {
    return rows.intAt(link, STATE) >>> SHARE_SHIFT;
  }

  void share(int link, int share) {
    rows.intAt(link, STATE, (rows.intAt(link, STATE) & FLAGS) | (share << SHARE_SHIFT));
  }

  /** Where it stands in its queue; -1 if in none. {@link ExpiryHeap} writes it. */
  int queueIndex(int link) {
    return rows.intAt(link, QUEUE_INDEX) - 1;
  }

  void queueIndex(int link, int index) {
    rows.intAt(link, QUEUE_INDEX, index + 1);
  }

  /** The link behind this one in the list of its owner, or of its target; 0 if none. */
  int next(int link, boolean isIncoming) {
    return rows.intAt(link, isIncoming ? NEXT_INCOMING : NEXT_OUTGOING);
  }

  /** Puts the link before the first of a list. Returns the first of the list now. */
  int addFirst(int first, int link, boolean isIncoming) {
    int next = isIncoming ? NEXT_INCOMING : NEXT_OUTGOING;
    int previous = isIncoming ? PREVIOUS_INCOMING : PREVIOUS_OUTGOING;
    if (first != 0) {
      rows.intAt(first, previous, link);
    }
    rows.intAt(link, next, first);
    rows.intAt(link, previous, 0);
    return link;
  }

  /** Takes the link out of the list that begins so. Returns the first of the list now. */
  int remove(int first, int link, boolean isIncoming) {
    int next = isIncoming ? NEXT_INCOMING : NEXT_OUTGOING;
    int previous = isIncoming ? PREVIOUS_INCOMING : PREVIOUS_OUTGOING;
    int after = rows.intAt(link, next);
    int before = rows.intAt(link, previous);
    if (after != 0) {
      rows.intAt(after, previous, before);
    }
    if (before == 0) {
      assert first == link : "link is in another list";
      return after;
    }
    rows.intAt(before, next, after);
    return first;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return rows.octetsOutside();
  }
}
