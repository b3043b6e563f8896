// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Pointer;
import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Impersonates ip_set behind a netlink socket: sets with a limit, messages of one or several
 * elements of which the first that fails ends the message, and errors as the kernel words them.
 */
final class FakeIpset implements AcceptSetSender.Kernel {
  private static final int FULL = 4352;

  /** By set: its entries with their timeouts, in the order of their coming. */
  final Map<String, Map<String, Integer>> sets = new LinkedHashMap<>();

  /** What was done, in order: {@code + set entry} and {@code - set entry}. */
  final List<String> log = new ArrayList<>();

  final Map<String, Integer> limits = new LinkedHashMap<>();
  final Deque<Integer> sendResults = new ArrayDeque<>();
  final Deque<Integer> receiveResults = new ArrayDeque<>();
  final Deque<byte[]> answers = new ArrayDeque<>();
  int sends;
  int messages;
  boolean closed;

  void create(String set, int limit) {
    sets.put(set, new LinkedHashMap<>());
    limits.put(set, limit);
  }

  Map<String, Integer> set(String name) {
    return sets.getOrDefault(name, Map.of());
  }

  @Override
  public int send(long address, int length) {
    sends++;
    Integer result = sendResults.poll();
    if (result != null && result < 0) {
      return result;
    }
    ByteBuffer bytes = new Pointer(address).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
    int at = 0;
    while (at < length) {
      int size = bytes.getInt(at);
      if (size < 20 || size % 4 != 0 || at + size > length) {
        throw new AssertionError("message of " + size + " at " + at + " of " + length);
      }
      message(bytes.slice(at, size).order(ByteOrder.nativeOrder()));
      at += size;
      messages++;
    }
    return length;
  }

  private void message(ByteBuffer message) {
    boolean add = message.getShort(4) == (6 << 8 | 9);
    if (!add && message.getShort(4) != (6 << 8 | 10)) {
      throw new AssertionError("type " + message.getShort(4));
    }
    Map<Integer, ByteBuffer> head = attributes(message, 20, message.capacity());
    String set = text(attribute(head, 2));
    Map<String, Integer> entries = sets.get(set);
    if (entries == null) {
      answer(message, Errno.ENOENT, 0);
      return;
    }
    boolean ipv6 = message.get(16) == 10;
    List<ByteBuffer> elements = new ArrayList<>();
    ByteBuffer single = head.get(7);
    if (single != null) {
      elements.add(single);
    } else {
      ByteBuffer several = attribute(head, 8);
      for (int at = 0; at < several.capacity(); at += several.getShort(at)) {
        int length = several.getShort(at) - 4;
        elements.add(several.slice(at + 4, length).order(ByteOrder.nativeOrder()));
      }
    }
    for (ByteBuffer element : elements) {
      Map<Integer, ByteBuffer> parts = attributes(element, 0, element.capacity());
      String entry = entry(parts, ipv6);
      log.add((add ? "+ " : "- ") + set + " " + entry);
      if (!add) {
        entries.remove(entry);
      } else if (entries.size() >= limits.getOrDefault(set, 0) && !entries.containsKey(entry)) {
        ByteBuffer line = parts.get(9);
        answer(message, FULL, line == null ? 0 : line.getInt(0));
        return;
      } else {
        entries.put(entry, attribute(parts, 6).order(ByteOrder.BIG_ENDIAN).getInt(0));
      }
    }
  }

  private static String entry(Map<Integer, ByteBuffer> parts, boolean ipv6) {
    ByteBuffer source = parts.get(20);
    int port = attribute(parts, 4).order(ByteOrder.BIG_ENDIAN).getShort(0) & 0xffff;
    int protocol = attribute(parts, 7).get(0) & 0xff;
    return address(attribute(parts, 1), ipv6)
        + ","
        + protocol
        + ":"
        + port
        + (source == null ? "" : "," + address(source, ipv6));
  }

  private static String address(ByteBuffer nested, boolean ipv6) {
    ByteBuffer value = attribute(attributes(nested, 0, nested.capacity()), ipv6 ? 2 : 1);
    byte[] bytes = new byte[ipv6 ? 16 : 4];
    value.get(0, bytes);
    return IpAddress.ofBytes(bytes).toString();
  }

  private static ByteBuffer attribute(Map<Integer, ByteBuffer> attributes, int type) {
    ByteBuffer value = attributes.get(type);
    if (value == null) {
      throw new AssertionError("no attribute " + type + " in " + attributes);
    }
    return value;
  }

  private static Map<Integer, ByteBuffer> attributes(ByteBuffer bytes, int start, int end) {
    Map<Integer, ByteBuffer> attributes = new LinkedHashMap<>();
    for (int at = start; at < end; at = at + bytes.getShort(at) + 3 & ~3) {
      int length = bytes.getShort(at) & 0xffff;
      int type = bytes.getShort(at + 2) & 0x3fff;
      if (length < 4 || at + length > end) {
        throw new AssertionError("attribute " + type + " of " + length + " at " + at);
      }
      attributes.put(type, bytes.slice(at + 4, length - 4).order(ByteOrder.nativeOrder()));
    }
    return attributes;
  }

  private static String text(ByteBuffer value) {
    byte[] bytes = new byte[value.capacity()];
    value.get(0, bytes);
    if (bytes[bytes.length - 1] != 0) {
      throw new AssertionError("a name without its terminator");
    }
    return new String(bytes, 0, bytes.length - 1, StandardCharsets.US_ASCII);
  }

  /** Queues an error; the line, if there is one, is written over the message's own. */
  private void answer(ByteBuffer message, int errno, int line) {
    ByteBuffer bytes = ByteBuffer.allocate(20 + message.capacity()).order(ByteOrder.nativeOrder());
    bytes.putInt(bytes.capacity()).putShort((short) 2).putShort((short) 0);
    bytes.putInt(message.getInt(8)).putInt(4711).putInt(-errno);
    bytes.put(message.duplicate());
    if (line != 0) {
      bytes.putInt(20 + 32, line);
    }
    answers.add(bytes.array());
  }

  @Override
  public int receive(long address, int length) {
    Integer result = receiveResults.poll();
    if (result != null) {
      return result;
    }
    byte[] answer = answers.poll();
    if (answer == null) {
      return -Errno.EAGAIN;
    }
    new Pointer(address).write(0, answer, 0, Math.min(length, answer.length));
    return answer.length;
  }

  @Override
  public void close() {
    closed = true;
  }
}
