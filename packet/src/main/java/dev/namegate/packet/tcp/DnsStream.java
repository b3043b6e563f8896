// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection's octets from the server to the client, cut into messages.
 *
 * <p>What came in order stays: data that repeats a place in the stream which was passed is dropped
 * unread, as the client's TCP does.
 *
 * <p><b>Threading:</b> confined to the thread of its {@link TcpDnsStreams}.
 */
@HotPath
final class DnsStream {
  private static final int PREFIX = 2;
  private static final int FIRST_CAPACITY = 512;

  /**
   * No window is larger, so what is further off is not of this stream's present.
   *
   * @spec https://www.rfc-editor.org/rfc/rfc7323#section-2.3 RFC 7323 §2.3
   */
  private static final long MAX_WINDOW = 1L << 30;

  private static final long NO_END = Long.MAX_VALUE;

  /** Has room made for octets to keep. */
  interface Memory {
    /** Whether this stream may keep so many more; others may have been dropped for them. */
    boolean reserve(DnsStream stream, int octets);

    void release(DnsStream stream, int octets);
  }

  final long clientHi;
  final long clientLo;
  final long serverHi;
  final long serverLo;
  final int ports;

  /** Links of the table's. */
  @Nullable DnsStream nextInBucket;

  @Nullable DnsStream idler;
  @Nullable DnsStream fresher;
  long lastNs;

  /** Octets that it keeps, by the account of {@link Memory}. */
  int kept;

  private final int firstSequence;
  private final EarlySegments early = new EarlySegments();

  /** How many octets have come in order, added to the first sequence number. */
  private long next;

  /** Where the server's FIN stands. */
  private long end = NO_END;

  private int prefixSeen;
  private int messageLength;
  private @Nullable ByteBuffer gathered;

  /**
   * @param ports the client's in the upper half, the server's in the lower
   * @param firstSequence the sequence number of the first octet
   */
  DnsStream(
      long clientHi, long clientLo, long serverHi, long serverLo, int ports, int firstSequence) {
    this.clientHi = clientHi;
    this.clientLo = clientLo;
    this.serverHi = serverHi;
    this.serverLo = serverLo;
    this.ports = ports;
    this.firstSequence = firstSequence;
    this.next = Integer.toUnsignedLong(firstSequence);
  }

  boolean is(long clientHi, long clientLo, long serverHi, long serverLo, int ports) {
    return this.clientLo == clientLo
        && this.serverLo == serverLo
        && this.ports == ports
        && this.clientHi == clientHi
        && this.serverHi == serverHi;
  }

  boolean beginsAt(int sequence) {
    return firstSequence == sequence;
  }

  /** Whether a reset with this sequence number ends it: any other is answered by a challenge. */
  boolean isResetBy(int sequence) {
    return sequence == (int) next || (!early.isEmpty() && sequence == (int) early.lastEnd());
  }

  /** Whether all has come, and the server will say no more. */
  boolean hasEnded() {
    return next >= end;
  }

  /** The server says that nothing follows this place. */
  void endAt(int sequence) {
    long at = placeOf(sequence);
    if (at >= next && at - next <= MAX_WINDOW) {
      end = Math.min(end, at);
    }
  }

  /**
   * Takes data, in order or not.
   *
   * @return null, or why this stream is lost
   */
  @Nullable StreamLoss take(
      int sequence,
      ByteBuffer buffer,
      int offset,
      int length,
      Memory memory,
      StreamListener listener) {
    long at = placeOf(sequence);
    if (at + length <= next || at - next > MAX_WINDOW) {
      return null;
    }
    if (at > next) {
      return keepEarly(at, buffer, offset, length, memory);
    }
    int passed = (int) (next - at);
    if (early.isEmpty()) {
      return consume(buffer, offset + passed, length - passed, memory, listener);
    }
    if (!early.agrees(next, buffer, offset + passed, length - passed)) {
      return StreamLoss.CONTRADICTION;
    }
    StreamLoss loss = consume(buffer, offset + passed, length - passed, memory, listener);
    return loss != null ? loss : consumeEarly(memory, listener);
  }

  /** Sequence numbers wrap; the place is the nearest one to where the stream has got. */
  private long placeOf(int sequence) {
    return next + (sequence - (int) next);
  }

  private @Nullable StreamLoss keepEarly(
      long at, ByteBuffer buffer, int offset, int length, Memory memory) {
    if (!early.agrees(at, buffer, offset, length)) {
      return StreamLoss.CONTRADICTION;
    }
    int gaps = early.gaps(at, length);
    if (early.size() + gaps > EarlySegments.MAX_PIECES) {
      return StreamLoss.TOO_MUCH_AHEAD;
    }
    if (!memory.reserve(this, early.missing(at, length) + gaps * EarlySegments.PIECE_OVERHEAD)) {
      return StreamLoss.TOO_MANY_OCTETS;
    }
    early.add(at, buffer, offset, length);
    return null;
  }

  private @Nullable StreamLoss consumeEarly(Memory memory, StreamListener listener) {
    while (!early.isEmpty() && early.firstStart() <= next) {
      int passed = (int) Math.min(Integer.MAX_VALUE, next - early.firstStart());
      ByteBuffer piece = early.removeFirst();
      memory.release(this, piece.limit() + EarlySegments.PIECE_OVERHEAD);
      if (passed < piece.limit()) {
        StreamLoss loss = consume(piece, passed, piece.limit() - passed, memory, listener);
        if (loss != null) {
          return loss;
        }
      }
    }
    return null;
  }

  private @Nullable StreamLoss consume(
      ByteBuffer buffer, int offset, int length, Memory memory, StreamListener listener) {
    next += length;
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (prefixSeen < PREFIX) {
        messageLength = (messageLength << 8) | (buffer.get(at++) & 0xff);
        prefixSeen++;
      } else {
        int taken = Math.min(missing(), end - at);
        if (!takeBody(buffer, at, taken, memory, listener)) {
          return StreamLoss.TOO_MANY_OCTETS;
        }
        at += taken;
      }
      if (prefixSeen == PREFIX && missing() == 0) {
        finishMessage(memory);
      }
    }
    return null;
  }

  private int missing() {
    return messageLength - (gathered == null ? 0 : gathered.position());
  }

  /** A message that lies in one segment is told from there; any other is gathered first. */
  private boolean takeBody(
      ByteBuffer buffer, int at, int length, Memory memory, StreamListener listener) {
    if (gathered == null && length == messageLength) {
      prefixSeen = 0;
      messageLength = 0;
      listener.message(buffer, at, length);
      return true;
    }
    ByteBuffer into = gather(length, memory);
    if (into == null) {
      return false;
    }
    into.put(into.position(), buffer, at, length).position(into.position() + length);
    if (missing() == 0) {
      listener.message(into, 0, messageLength);
    }
    return true;
  }

  private void finishMessage(Memory memory) {
    if (gathered != null) {
      memory.release(this, gathered.capacity());
      gathered = null;
    }
    prefixSeen = 0;
    messageLength = 0;
  }

  /** The buffer with room for so many more; null if there is none. It grows with what has come. */
  private @Nullable ByteBuffer gather(int length, Memory memory) {
    ByteBuffer old = gathered;
    int position = old == null ? 0 : old.position();
    int capacity = old == null ? 0 : old.capacity();
    int needed = position + length;
    if (old != null && needed <= capacity) {
      return old;
    }
    int larger = Math.min(messageLength, Math.max(FIRST_CAPACITY, Math.max(needed, 2 * capacity)));
    if (!memory.reserve(this, larger - capacity)) {
      return null;
    }
    ByteBuffer grown = ByteBuffer.allocate(larger);
    if (old != null) {
      grown.put(0, old, 0, position);
    }
    gathered = grown.position(position);
    return gathered;
  }
}
