// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Numbered datagrams over {@code lo} of a namespace, and the numbers that arrive. */
final class LoopbackUdp implements AutoCloseable {
  private static final int NUMBER_BYTES = 4;
  private static final int TIME_LIMIT_MS = 20_000;

  private final InetSocketAddress destination;
  private final DatagramSocket sender;
  private final DatagramSocket receiver;
  private final int length;

  /**
   * @param length of each datagram's payload
   */
  LoopbackUdp(NetworkNamespace namespace, int port, int length) throws Exception {
    this.destination = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.length = length;
    this.sender = namespace.call(() -> new DatagramSocket(0, destination.getAddress()));
    this.receiver = namespace.call(() -> new DatagramSocket(destination));
    receiver.setReceiveBufferSize(1 << 20);
    receiver.setSoTimeout(TIME_LIMIT_MS);
  }

  /** Sends the numbers from {@code first} to {@code last}, one datagram each. */
  void send(int first, int last) throws IOException {
    byte[] payload = new byte[length];
    for (int number = first; number <= last; number++) {
      ByteBuffer.wrap(payload).putInt(0, number);
      sender.send(new DatagramPacket(payload, payload.length, destination));
    }
  }

  /** Waits for datagrams until this number comes: the numbers in the order they arrived. */
  List<Integer> receiveUntil(int last) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    DatagramPacket packet = new DatagramPacket(new byte[NUMBER_BYTES], NUMBER_BYTES);
    do {
      receiver.receive(packet);
      numbers.add(ByteBuffer.wrap(packet.getData()).getInt(0));
    } while (numbers.get(numbers.size() - 1) != last);
    return numbers;
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }
}
