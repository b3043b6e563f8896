// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.Packets;
import dev.namegate.packet.ParseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One server's side of one connection, as segments that go into {@link TcpDnsStreams}. */
final class Server {
  static final int ISN = 1_000;

  private final TcpDnsStreams streams;
  private final IpPacket packet = new IpPacket();
  private final IpAddress server;
  private final IpAddress client;
  private final int clientPort;
  private final int initialSequence;
  long nowNs;

  Server(TcpDnsStreams streams, int clientPort, int initialSequence) {
    this(
        streams,
        IpAddress.parse("192.0.2.53"),
        IpAddress.parse("192.0.2.7"),
        clientPort,
        initialSequence);
  }

  Server(
      TcpDnsStreams streams,
      IpAddress server,
      IpAddress client,
      int clientPort,
      int initialSequence) {
    this.streams = streams;
    this.server = server;
    this.client = client;
    this.clientPort = clientPort;
    this.initialSequence = initialSequence;
  }

  static Server open(TcpDnsStreams streams) {
    Server server = new Server(streams, 40_000, ISN);
    server.synAck();
    return server;
  }

  void synAck(byte... data) {
    segment(Packets.TCP_SYN | Packets.TCP_ACK, initialSequence, data);
  }

  /** Data at this place of the stream; place 0 is behind the SYN. */
  void data(long place, byte... data) {
    flagged(Packets.TCP_ACK, place, data);
  }

  void flagged(int flags, long place, byte... data) {
    segment(flags, (int) (initialSequence + 1 + place), data);
  }

  void segment(int flags, int sequence, byte... data) {
    send(flags, sequence, false, data);
  }

  /** A segment of which the last octets did not come with it. */
  void cut(long place, byte... data) {
    send(Packets.TCP_ACK, (int) (initialSequence + 1 + place), true, data);
  }

  private void send(int flags, int sequence, boolean cut, byte... data) {
    byte[] octets =
        Packets.packet(
            server,
            client,
            IpPacket.TCP,
            Packets.tcpSegment(server, 53, client, clientPort, flags, sequence, data));
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    int status = packet.decode(buffer, 0, octets.length);
    if (status != ParseStatus.OK) {
      throw new AssertionError("packet of ours does not decode: " + ParseStatus.name(status));
    }
    streams.accept(packet, buffer, cut, nowNs);
    Arrays.fill(octets, (byte) 0xee); // the buffer was borrowed
  }

  /** Messages as the stream carries them, each behind its length. */
  static byte[] framed(byte[]... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      out.write(message.length >>> 8);
      out.write(message.length);
      out.writeBytes(message);
    }
    return out.toByteArray();
  }
}
