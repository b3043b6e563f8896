// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Instant;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Resolves a fresh name and connects to its address at once, again and again, and tells how often a
 * packet had to be sent twice: the proof that no first packet is lost or delayed, without a clock.
 *
 * <p>Run in a room: {@code RaceClient SERVER ZONE FIRST CYCLES PORT A|AAAA UDP|TCP PATIENCE_MS}. It
 * asks SERVER for {@code nK.ZONE} with K from FIRST on and connects to PORT of the answer. The
 * result is one line of JSON on stdout ({@link RaceResult}). Nothing else may use TCP in the room
 * meanwhile: the counters are the namespace's.
 *
 * <p>A connection that is not there after PATIENCE_MS counts as failed, and is tried anew, once,
 * with all the time in the world. Where a first packet may be lost, a short patience spares the
 * second that the kernel waits before it sends a SYN again; where none may be, patience must be
 * longer than that second, so that a packet sent again is counted.
 */
public final class RaceClient {
  /** So long that only a packet that is never answered runs into it. */
  private static final int LIMIT_MS = 10_000;

  private final InetAddress server;
  private final Name zone;
  private final int port;
  private final int type;
  private final boolean overTcp;
  private final int patienceMs;

  /** For whoever wonders what kept a packet: no test depends on it. */
  private String slowest = "";

  private long slowestNs;
  private int unanswered;
  private int connected;
  private int failed;

  private RaceClient(
      InetAddress server, Name zone, int port, int type, boolean overTcp, int patienceMs) {
    this.server = server;
    this.zone = zone;
    this.port = port;
    this.type = type;
    this.overTcp = overTcp;
    this.patienceMs = patienceMs;
  }

  public static void main(String[] arguments) throws Exception {
    InetAddress server = InetAddress.getByName(arguments[0]);
    Name zone = Name.fromString(arguments[1], Name.root);
    int first = Integer.parseInt(arguments[2]);
    int cycles = Integer.parseInt(arguments[3]);
    RaceClient client =
        new RaceClient(
            server,
            zone,
            Integer.parseInt(arguments[4]),
            Type.value(arguments[5]),
            arguments[6].equals("TCP"),
            Integer.parseInt(arguments[7]));
    TcpCounters before = TcpCounters.now();
    for (int number = first; number < first + cycles; number++) {
      client.cycle(number);
    }
    TcpCounters again = TcpCounters.now().since(before);
    if (again.segments() > 0) {
      System.err.println("slowest of " + cycles + " cycles: " + client.slowest);
    }
    System.out.println(
        new RaceResult(
                cycles,
                client.connected,
                client.failed,
                client.unanswered,
                again.segments(),
                again.syns())
            .toJson());
  }

  private void cycle(int number) throws IOException {
    InetAddress address;
    long askedNs = System.nanoTime();
    try {
      address = resolve(number);
    } catch (SocketTimeoutException e) {
      unanswered++;
      return;
    }
    long resolvedNs = System.nanoTime();
    connect(address);
    long connectedNs = System.nanoTime();
    if (connectedNs - askedNs > slowestNs) {
      slowestNs = connectedNs - askedNs;
      slowest =
          String.format(
              "n%d, until %s: %d ms to resolve, %d ms to connect",
              number,
              Instant.now(),
              (resolvedNs - askedNs) / 1_000_000,
              (connectedNs - resolvedNs) / 1_000_000);
    }
  }

  private void connect(InetAddress address) {
    if (!connects(address, patienceMs)) {
      failed++;
      connected += connects(address, LIMIT_MS) ? 1 : 0;
    } else {
      connected++;
    }
  }

  private boolean connects(InetAddress address, int limitMs) {
    try (Socket socket = new Socket()) {
      // Closing with a reset leaves nothing in TIME_WAIT, however many cycles there are.
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      socket.connect(new InetSocketAddress(address, port), limitMs);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private InetAddress resolve(int number) throws IOException {
    Name name = Name.fromString("n" + number, zone);
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    Message answer = new Message(overTcp ? askTcp(query.toWire()) : askUdp(query.toWire()));
    Record record = answer.getSection(Section.ANSWER).get(0);
    return InetAddress.getByName(record.rdataToString());
  }

  private byte[] askUdp(byte[] query) throws IOException {
    // A socket of its own for each question, as resolvers do it.
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(LIMIT_MS);
      socket.connect(server, 53);
      socket.send(new DatagramPacket(query, query.length));
      byte[] buffer = new byte[4096];
      DatagramPacket reply = new DatagramPacket(buffer, buffer.length);
      socket.receive(reply);
      return Arrays.copyOf(buffer, reply.getLength());
    }
  }

  private byte[] askTcp(byte[] query) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      socket.setSoTimeout(LIMIT_MS);
      socket.connect(new InetSocketAddress(server, 53), LIMIT_MS);
      socket.getOutputStream().write(StreamClient.framed(query));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      return in.readNBytes(in.readUnsignedShort());
    }
  }
}
