// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EstablishedConnectionsTest {
  private static final int ENTRY = 1 << 8;
  private static final int DONE = 3;
  private static final int ERROR = 2;
  private static final int ESTABLISHED = 3;
  private static final int TIME_WAIT = 7;
  private static final byte[] CLIENT = {10, 0, 0, 2};
  private static final byte[] SERVICE = {10, 96, 0, 1};
  private static final byte[] SERVER = {10, 1, 0, 9};

  /** The requests that were sent, by their length, and how often a dump was closed. */
  private final List<Integer> requests = new ArrayList<>();

  private final Deque<byte[]> datagrams = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private int sendResult = 1;
  private int open;

  private final EstablishedConnections connections =
      new EstablishedConnections(
          () -> {
            open++;
            return new FakeDump();
          });

  private final class FakeDump implements EstablishedConnections.Dump {
    @Override
    public int send(ByteBuffer request) {
      requests.add(request.capacity());
      return sendResult;
    }

    @Override
    public int receive(ByteBuffer buffer) {
      byte[] datagram = datagrams.poll();
      if (datagram == null) {
        return -Errno.EAGAIN;
      }
      buffer.put(0, datagram, 0, Math.min(datagram.length, buffer.capacity()));
      return datagram.length;
    }

    @Override
    public void close() {
      open--;
    }
  }

  private void read() throws NfQueueException {
    connections.forEachEstablishedTcp(
        (clientHi, clientLo, dstHi, dstLo) ->
            told.add(new IpAddress(clientHi, clientLo) + " > " + new IpAddress(dstHi, dstLo)));
    assertEquals(0, open);
  }

  private static byte[] attribute(int type, byte[]... values) {
    int length = 4;
    for (byte[] value : values) {
      length += value.length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length + 3 & ~3);
    Netlink.putAttribute(bytes, 0, type, length - 4);
    bytes.position(4);
    for (byte[] value : values) {
      bytes.put(value);
    }
    return bytes.array();
  }

  private static byte[] nest(int type, byte[]... values) {
    return attribute(type | Netlink.NLA_F_NESTED, values);
  }

  private static byte[] message(int type, byte[]... parts) {
    int length = 16;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length + 3 & ~3);
    Netlink.putHost32(bytes, 0, length);
    Netlink.putHost16(bytes, 4, type);
    bytes.position(16);
    for (byte[] part : parts) {
      bytes.put(part);
    }
    return bytes.array();
  }

  private static byte[] number(int value) {
    ByteBuffer bytes = ByteBuffer.allocate(4);
    Netlink.putHost32(bytes, 0, value);
    return bytes.array();
  }

  private static byte[] tuple(int type, int protocol, byte[] from, byte[] to) {
    int source = from.length == 4 ? 1 : 3;
    return nest(
        type,
        nest(1, attribute(source, from), attribute(source + 1, to)),
        nest(2, attribute(1, new byte[] {(byte) protocol}), attribute(2, new byte[] {0, 80})));
  }

  private static byte[] connection(int protocol, int state) {
    return message(
        ENTRY,
        new byte[4],
        tuple(1, protocol, CLIENT, SERVICE),
        tuple(2, protocol, SERVER, CLIENT),
        attribute(3, new byte[4]),
        nest(4, nest(1, attribute(1, new byte[] {(byte) state}))));
  }

  private static byte[] done() {
    return message(DONE, number(0));
  }

  @Test
  void tellsWhoOpenedAndWhoAnswers() throws Exception {
    datagrams.addAll(List.of(connection(6, ESTABLISHED), done()));

    read();

    assertEquals(List.of("10.0.0.2 > 10.1.0.9"), told);
    assertEquals(List.of(56), requests, "one for both families");
  }

  @Test
  void leavesOutOtherProtocolsAndStatesThatAnOldKernelSends() throws Exception {
    datagrams.addAll(
        List.of(
            connection(17, ESTABLISHED),
            connection(6, TIME_WAIT),
            message(ENTRY, new byte[4], tuple(1, 6, CLIENT, SERVICE)),
            message(ENTRY, new byte[2]),
            message(ENTRY),
            message(77, new byte[40]),
            done()));

    read();

    assertEquals(List.of(), told);
  }

  @Test
  void asksWithoutTheFilterWhereItIsRefused() throws Exception {
    datagrams.addAll(
        List.of(
            message(ERROR, number(-Errno.EINVAL), new byte[16]),
            connection(6, ESTABLISHED),
            done()));

    read();

    assertEquals(List.of("10.0.0.2 > 10.1.0.9"), told);
    assertEquals(List.of(56, 20), requests);
  }

  @Test
  void saysWhatTheKernelRefuses() {
    datagrams.add(message(ERROR, number(-Errno.EPERM), new byte[16]));

    NfQueueException e = assertThrows(NfQueueException.class, this::read);

    assertEquals(Errno.EPERM, e.errno());
    assertEquals("read the connection table", e.operation());
    assertTrue(e.advice().contains("CAP_NET_ADMIN"), e::getMessage);
    assertEquals(0, open);
  }

  @Test
  void failsWhenTheDumpEndsWithoutItsEnd() {
    datagrams.add(connection(6, ESTABLISHED));

    assertEquals(Errno.EAGAIN, assertThrows(NfQueueException.class, this::read).errno());

    sendResult = -Errno.ENOBUFS;
    assertEquals(Errno.ENOBUFS, assertThrows(NfQueueException.class, this::read).errno());
  }

  @Test
  void failsOnADatagramThatWasCut() {
    datagrams.add(new byte[EstablishedConnections.BUFFER_BYTES + 1]);

    assertEquals(Errno.EMSGSIZE, assertThrows(NfQueueException.class, this::read).errno());
  }

  @Test
  void survivesAnyBytes() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("EstablishedConnectionsTest.survivesAnyBytes -Dseed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      datagrams.clear();
      byte[] bytes = connection(6, ESTABLISHED);
      for (int i = random.nextInt(6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0);
      }
      datagrams.add(bytes);
      datagrams.add(done());
      datagrams.add(done());
      datagrams.add(done());
      datagrams.add(done());
      try {
        read();
      } catch (NfQueueException e) {
        assertTrue(e.errno() != 0, e::getMessage);
      }
    }
    assertTrue(told.size() > 1000);
  }
}
