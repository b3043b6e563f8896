// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a batch's entries to the kernel and finds out which of them were not taken.
 *
 * <p>First all go together: runs of entries that are alike share a message, the messages share a
 * send. The kernel stops within a message at the first element that it refuses, so from there on
 * everything goes again, each entry in a message of its own. Sending twice changes nothing, and the
 * second pass keeps the order of the entries.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Errors:</b> what is not known to have been taken counts as failed.
 */
@HotPath
final class AcceptSetSender {
  /** One send; the default send buffer takes 212992 bytes. */
  private static final int MAX_TRAIN_BYTES = 128 * 1024;

  /** How many messages of one entry are sent before their errors are read. */
  private static final int SINGLES = 32;

  /** An error's head is all that counts; the rest of the datagram may be cut. */
  private static final int ANSWER_BYTES = 256;

  /** The longest that a send waits in all for memory: 20 + 40 + … + 640 µs. */
  private static final int MAX_WAITS = 6;

  private static final long FIRST_WAIT_NS = 20_000;

  /** What carries bytes to the kernel and its answers back. */
  interface Kernel {
    /** Sends all or nothing: the length, or {@code -errno}. */
    int send(long address, int length);

    /** Receives a datagram without waiting, cut to the length: its length, or {@code -errno}. */
    int receive(long address, int length);

    void close();
  }

  private final Kernel kernel;
  private final AcceptSetEntries entries;
  private final AcceptSetMessages messages;
  private final ByteBuffer train;
  private final long trainAddress;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
  private final long answerAddress = LibC.address(answer);
  private final MessageCursor cursor = new MessageCursor();

  /** For the first entry of a message where the message ends. */
  private final int[] messageEnd;

  private final byte[] failures;
  private final int[] failed;
  private int failedCount;
  private int sequence;

  AcceptSetSender(Kernel kernel, AcceptSetEntries entries) {
    this.kernel = kernel;
    this.entries = entries;
    int capacity = entries.capacity();
    int most = Math.max(capacity * mostBytes(1), mostBytes(AcceptSetMessages.MAX_ELEMENTS));
    this.train = ByteBuffer.allocateDirect(Math.min(MAX_TRAIN_BYTES, most));
    this.trainAddress = LibC.address(train);
    this.messages = new AcceptSetMessages(train);
    this.messageEnd = new int[capacity];
    this.failures = new byte[capacity];
    this.failed = new int[capacity];
  }

  AcceptSetMessages messages() {
    return messages;
  }

  /** Sends all entries; returns how many failed. */
  int send() {
    failedCount = 0;
    int count = entries.count();
    int from = sendTogether(count);
    if (from < count) {
      sendSingly(from, count);
    }
    return failedCount;
  }

  /** Returns the position of the first entry that was not taken, or how many there are. */
  private int sendTogether(int count) {
    sequence += entries.capacity();
    int trainStart = 0;
    int at = 0;
    int next = 0;
    while (next < count) {
      int end = alikeEnd(next, count);
      messageEnd[next] = end;
      at = messages.write(at, entries, next, end, sequence + next);
      next = end;
      if (next == count || at + mostBytes(alikeEnd(next, count) - next) > train.capacity()) {
        if (send(at) < 0) {
          return trainStart;
        }
        int refused = firstRefused(trainStart, next);
        if (refused < next) {
          return refused;
        }
        trainStart = next;
        at = 0;
      }
    }
    return count;
  }

  private static int mostBytes(int elements) {
    return AcceptSetMessages.MAX_HEAD_BYTES + elements * AcceptSetMessages.MAX_ELEMENT_BYTES;
  }

  private int alikeEnd(int first, int count) {
    int most = Math.min(count, first + AcceptSetMessages.MAX_ELEMENTS);
    int end = first + 1;
    while (end < most && entries.isAlike(first, end)) {
      end++;
    }
    return end;
  }

  /** Reads all answers; returns the first position in {@code [first, end)} refused, or the end. */
  private int firstRefused(int first, int end) {
    int refused = end;
    for (int received = receive(); received != 0; received = receive()) {
      if (received < 0) {
        return first; // An answer was lost: any may be refused.
      }
      cursor.wrap(answer, 0, received);
      while (cursor.next()) {
        int message = position();
        if (errno() != 0 && message >= first && message < refused) {
          int line = AcceptSetMessages.line(cursor);
          boolean named = line > message && line <= messageEnd[message];
          refused = named ? line - 1 : message;
        }
      }
    }
    return refused;
  }

  /** One message an entry, so that each has an answer of its own. */
  private void sendSingly(int from, int count) {
    sequence += entries.capacity();
    int chunk = Math.min(SINGLES, train.capacity() / mostBytes(1));
    for (int first = from; first < count; first += chunk) {
      int end = Math.min(count, first + chunk);
      int at = 0;
      for (int i = first; i < end; i++) {
        failures[i] = AcceptSetFailure.NONE;
        at = messages.write(at, entries, i, i + 1, sequence + i);
      }
      int sent = send(at);
      int lost = sent < 0 ? AcceptSetFailure.of(-sent) : markRefused(first, end);
      for (int i = first; i < end; i++) {
        int failure = failures[i] == AcceptSetFailure.NONE ? lost : failures[i];
        if (failure != AcceptSetFailure.NONE) {
          fail(i, failure);
        }
      }
    }
  }

  /** Returns the failure of those of which nothing is known. */
  private int markRefused(int first, int end) {
    for (int received = receive(); received != 0; received = receive()) {
      if (received < 0) {
        return AcceptSetFailure.OTHER;
      }
      cursor.wrap(answer, 0, received);
      while (cursor.next()) {
        int position = position();
        if (errno() != 0 && position >= first && position < end) {
          failures[position] = (byte) AcceptSetFailure.of(errno());
        }
      }
    }
    return AcceptSetFailure.NONE;
  }

  private void fail(int position, int failure) {
    failures[position] = (byte) failure;
    failed[failedCount++] = position;
  }

  /** The positive error number of the answer, 0 if it is none. */
  private int errno() {
    return cursor.type() == Netlink.NLMSG_ERROR && cursor.end() - cursor.body() >= 4
        ? -Netlink.host32(answer, cursor.body())
        : 0;
  }

  /** Of which entry's message the answer speaks; any number if it is not one of ours. */
  private int position() {
    int header = cursor.body() - Netlink.NLMSG_HDRLEN;
    return Netlink.host32(answer, header + Netlink.NLMSG_SEQ) - sequence;
  }

  private int send(int length) {
    int result = kernel.send(trainAddress, length);
    for (int waits = 0; result < 0 && isPassing(-result) && waits < MAX_WAITS; waits++) {
      LockSupport.parkNanos(FIRST_WAIT_NS << waits);
      result = kernel.send(trainAddress, length);
    }
    return result;
  }

  private static boolean isPassing(int errno) {
    return errno == Errno.EINTR
        || errno == Errno.EAGAIN
        || errno == Errno.ENOBUFS
        || errno == Errno.ENOMEM;
  }

  /** How many bytes of an answer are there, 0 when there is none, or {@code -errno}. */
  private int receive() {
    int result = kernel.receive(answerAddress, ANSWER_BYTES);
    while (result == -Errno.EINTR) {
      result = kernel.receive(answerAddress, ANSWER_BYTES);
    }
    return result == -Errno.EAGAIN ? 0 : Math.min(result, ANSWER_BYTES);
  }

  int failedPosition(int i) {
    return failed[i];
  }

  int failure(int i) {
    return failures[failed[i]];
  }

  void close() {
    kernel.close();
  }
}
