// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.HotPath;
import java.util.Arrays;

/**
 * The different names of one message, each once, by the order in which they were met: what is
 * compared later are numbers.
 *
 * <p><b>Threading:</b> confined to the decoder that owns it.
 *
 * <p><b>Bounds:</b> {@value #MAX_NAMES} names; a message has two of our kind for each record.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4 RFC 1035 §4.1.4
 */
@HotPath
final class WireNames {
  static final int MAX_NAMES = 256;

  /** What {@link #read} says instead of a number. */
  static final int REFUSED = -1;

  private static final int POINTER = 0xc0;

  /** A pointer to the first name of the message, which is how most owners are written. */
  private static final int QUESTION_POINTER = 0xc000 | DnsHeader.LENGTH;

  private final int[] hashes = new int[MAX_NAMES];
  private final int[] ends = new int[MAX_NAMES];
  private byte[] octets = new byte[1_024];
  private int count;
  private int end;

  /** Forgets the names of the message before. */
  void clear() {
    count = 0;
  }

  /** Where the message goes on behind the name that was read last. */
  int end() {
    return end;
  }

  /**
   * The number of the name at {@code message[at]}, which must end before {@code limit} as far as no
   * pointer is followed, or {@link #REFUSED} for one that is not well-formed or one too many.
   */
  int read(byte[] message, int at, int limit, int length) {
    if (count > 0 && at + 1 < limit && DnsHeader.u16(message, at) == QUESTION_POINTER) {
      end = at + 2;
      return 0;
    }
    int start = start(count);
    if (octets.length < start + DomainName.MAX_LENGTH) {
      octets = Arrays.copyOf(octets, 2 * octets.length);
    }
    int size = copy(message, at, limit, length, start);
    return size < 0 ? REFUSED : number(start, size);
  }

  /** Copies the name in lower case and without pointers; its size, or a negative number. */
  private int copy(byte[] message, int from, int fromLimit, int length, int start) {
    int at = from;
    int limit = fromLimit;
    int to = start;
    boolean jumped = false;
    while (at < limit) {
      int label = message[at] & 0xff;
      if (label >= POINTER) {
        int target = at + 1 < limit ? DnsHeader.u16(message, at) & 0x3fff : at;
        if (target >= at) {
          return REFUSED;
        }
        end = jumped ? end : at + 2;
        jumped = true;
        at = target;
        limit = length;
        continue;
      }
      int next = at + label + 1;
      if (label > DomainName.MAX_LABEL_LENGTH
          || next > limit
          || to + label + 1 - start > DomainName.MAX_LENGTH) {
        return REFUSED;
      }
      octets[to++] = (byte) label;
      for (int i = at + 1; i < next; i++) {
        octets[to++] = DomainName.lowerCase(message[i]);
      }
      at = next;
      if (label == 0) {
        end = jumped ? end : at;
        return to - start;
      }
    }
    return REFUSED;
  }

  /** Goes behind a name that was read before. */
  void skip(byte[] message, int from) {
    int at = from;
    while (message[at] != 0 && (message[at] & 0xff) < POINTER) {
      at += message[at] + 1;
    }
    end = message[at] == 0 ? at + 1 : at + 2;
  }

  private int number(int start, int size) {
    int hash = 1;
    for (int i = start; i < start + size; i++) {
      hash = 31 * hash + octets[i];
    }
    for (int known = 0; known < count; known++) {
      int from = start(known);
      if (hashes[known] == hash
          && ends[known] - from == size
          && Arrays.equals(octets, from, ends[known], octets, start, start + size)) {
        return known;
      }
    }
    if (count == MAX_NAMES) {
      return REFUSED;
    }
    hashes[count] = hash;
    ends[count] = start + size;
    return count++;
  }

  /** How many names were met. */
  int count() {
    return count;
  }

  boolean isRoot(int number) {
    return ends[number] - start(number) == 1;
  }

  /** All names in canonical wire form, each from {@link #start} to {@link #end(int)}. Borrowed. */
  byte[] octets() {
    return octets;
  }

  int start(int number) {
    return number == 0 ? 0 : ends[number - 1];
  }

  int end(int number) {
    return ends[number];
  }
}
