// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Datagrams as a queue's socket would bring them, for {@link WarmUp}: between documentation
 * addresses, about names that are reserved to mean nothing.
 *
 * @spec RFC 5737, RFC 6761 §6.4
 */
final class SamplePackets {
  static final IpAddress CLIENT = IpAddress.parse("192.0.2.1");
  static final IpAddress SERVER = IpAddress.parse("192.0.2.53");
  static final IpAddress LEARNT = IpAddress.parse("192.0.2.2");
  static final int CLIENT_PORT = 40_000;
  static final int DNS_PORT = 53;
  static final int WEB_PORT = 443;
  static final int LOCAL_IN = 1;
  static final int FORWARD = 2;
  static final int LOCAL_OUT = 3;

  private static final int IPV4_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int TCP_HEADER = 20;
  private static final byte UDP = 17;
  private static final byte TCP = 6;
  private static final byte SYN = 2;
  private static final int NFQNL_MSG_PACKET = 3 << 8;
  private static final short POINTER_TO_QUESTION = (short) 0xc00c;
  private static final short TYPE_A = 1;
  private static final short TYPE_CNAME = 5;
  private static final short TYPE_AAAA = 28;

  private SamplePackets() {}

  /** A question for an address. */
  static ByteBuffer query() {
    ByteBuffer dns = ByteBuffer.allocate(512);
    header(dns, 0x0100, 0);
    question(dns);
    return queued(LOCAL_IN, 0, 0, udp(CLIENT, CLIENT_PORT, SERVER, DNS_PORT, dns.flip()));
  }

  /** Its answer: an alias, and an address of either family for that. */
  static ByteBuffer reply() {
    ByteBuffer dns = ByteBuffer.allocate(512);
    header(dns, 0x8180, 3);
    question(dns);
    record(dns.putShort(POINTER_TO_QUESTION), TYPE_CNAME, name("alias.invalid"));
    record(dns.put(name("alias.invalid")), TYPE_A, new byte[] {(byte) 192, 0, 2, 2});
    byte[] v6 = new byte[16];
    ByteBuffer.wrap(v6).putInt(0x2001_0db8);
    record(dns.put(name("alias.invalid")), TYPE_AAAA, v6);
    return queued(LOCAL_OUT, 0, 0, udp(SERVER, DNS_PORT, CLIENT, CLIENT_PORT, dns.flip()));
  }

  /** The first segment of a connection to {@link #LEARNT}; 0 stands for no interface. */
  static ByteBuffer opening(int hook, int inInterface, int outInterface) {
    ByteBuffer packet = ipv4(TCP, TCP_HEADER, CLIENT, LEARNT);
    packet.putShort((short) CLIENT_PORT).putShort((short) WEB_PORT).putInt(1).putInt(0);
    packet.put((byte) 0x50).put(SYN).putShort((short) 1024).putInt(0);
    return queued(hook, inInterface, outInterface, packet.flip());
  }

  private static void header(ByteBuffer dns, int flags, int answers) {
    dns.putShort((short) 1).putShort((short) flags).putShort((short) 1).putShort((short) answers);
    dns.putInt(0);
  }

  private static void question(ByteBuffer dns) {
    dns.put(name("warm-up.invalid")).putShort(TYPE_A).putShort((short) 1);
  }

  /** Type, class, time to live and data, behind an owner that was put already. */
  private static void record(ByteBuffer dns, short type, byte[] data) {
    dns.putShort(type).putShort((short) 1).putInt(60).putShort((short) data.length).put(data);
  }

  private static byte[] name(String text) {
    ByteBuffer name = ByteBuffer.allocate(text.length() + 2);
    for (String label : text.split("\\.", -1)) {
      name.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    return name.put((byte) 0).array();
  }

  private static ByteBuffer udp(
      IpAddress from, int fromPort, IpAddress to, int toPort, ByteBuffer payload) {
    int length = UDP_HEADER + payload.remaining();
    ByteBuffer packet = ipv4(UDP, length, from, to);
    packet.putShort((short) fromPort).putShort((short) toPort).putShort((short) length);
    return packet.putShort((short) 0).put(payload).flip();
  }

  private static ByteBuffer ipv4(byte protocol, int payload, IpAddress from, IpAddress to) {
    int length = IPV4_HEADER + payload;
    ByteBuffer packet = ByteBuffer.allocate(length);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0);
    packet.put((byte) 64).put(protocol).putShort((short) 0);
    return packet.putInt((int) from.lo()).putInt((int) to.lo());
  }

  /**
   * Netlink's own fields are in the order of the machine, what is in attributes in network order.
   */
  private static ByteBuffer queued(int hook, int inInterface, int outInterface, ByteBuffer packet) {
    int padding = -packet.remaining() & 3;
    ByteBuffer message = ByteBuffer.allocate(64 + packet.remaining() + padding);
    message.order(ByteOrder.nativeOrder());
    message.putInt(0).putInt(NFQNL_MSG_PACKET).putInt(0).putInt(0).putInt(2);
    attribute(message, 1, 7).putInt(1).putShort((short) 0x0800).put((byte) hook).put((byte) 0);
    attribute(message, 5, 4).putInt(inInterface);
    attribute(message, 6, 4).putInt(outInterface);
    attribute(message, 10, packet.remaining()).put(packet);
    message.order(ByteOrder.nativeOrder()).putInt(0, message.position());
    return message.flip();
  }

  private static ByteBuffer attribute(ByteBuffer message, int type, int length) {
    message.order(ByteOrder.nativeOrder());
    message.putShort((short) (4 + length)).putShort((short) type);
    return message.order(ByteOrder.BIG_ENDIAN);
  }
}
