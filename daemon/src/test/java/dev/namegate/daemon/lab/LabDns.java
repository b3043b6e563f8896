// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A DNS server over UDP that answers from a file ({@link LabRecords}) and, when a name asks for it,
 * wrongly on purpose ({@link OddReply}); over TCP it answers rightly ({@link LabTcp}).
 *
 * <p>Run in a room of the lab: {@code LabDns FILE PORT ADDRESS…}. The file is read anew for every
 * query, so a test changes the answers by replacing it.
 */
public final class LabDns {
  private final Path file;

  private LabDns(Path file) {
    this.file = file;
  }

  public static void main(String[] arguments) throws Exception {
    LabDns server = new LabDns(Path.of(arguments[0]));
    int port = Integer.parseInt(arguments[1]);
    List<Thread> threads = new ArrayList<>();
    for (String address : Arrays.asList(arguments).subList(2, arguments.length)) {
      // Bound to the one address, so that the reply leaves from where the query went.
      var at = new InetSocketAddress(InetAddress.getByName(address), port);
      var socket = new DatagramSocket(at);
      threads.add(new Thread(() -> server.serve(socket), "dns " + address));
      LabTcp.start(at, query -> reply(query, LabRecords.read(server.file)));
    }
    threads.forEach(Thread::start);
    System.out.println("ready");
  }

  private void serve(DatagramSocket socket) {
    byte[] buffer = new byte[4096];
    while (true) {
      try {
        DatagramPacket query = new DatagramPacket(buffer, buffer.length);
        socket.receive(query);
        answer(socket, Arrays.copyOf(buffer, query.getLength()), query.getSocketAddress());
      } catch (IOException e) {
        // A query that is no query, or a client that is gone: say so and serve the next one.
        System.out.println(e);
      }
    }
  }

  private void answer(DatagramSocket socket, byte[] wire, SocketAddress client) throws IOException {
    Message query = new Message(wire);
    LabRecords records = LabRecords.read(file);
    Message right = reply(query, records);
    Optional<OddReply> odd = OddReply.of(query.getQuestion().getName());
    System.out.println(query.getQuestion() + odd.map(kind -> " " + kind).orElse(""));
    List<byte[]> datagrams =
        odd.map(kind -> kind.datagrams(right, records)).orElse(List.of(right.toWire()));
    if (odd.equals(Optional.of(OddReply.OTHER_PORT))) {
      try (DatagramSocket other = new DatagramSocket(0, socket.getLocalAddress())) {
        send(other, datagrams, client);
      }
    } else {
      send(socket, datagrams, client);
    }
  }

  private static Message reply(Message query, LabRecords records) {
    Record question = query.getQuestion();
    Message reply = new Message(query.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.AA);
    reply.getHeader().setFlag(Flags.RA);
    if (query.getHeader().getFlag(Flags.RD)) {
      reply.getHeader().setFlag(Flags.RD);
    }
    reply.addRecord(question, Section.QUESTION);
    if (!records.knows(question.getName())) {
      reply.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    for (Record record : records.answer(question.getName(), question.getType())) {
      reply.addRecord(record, Section.ANSWER);
    }
    return reply;
  }

  private static void send(DatagramSocket socket, List<byte[]> datagrams, SocketAddress client)
      throws IOException {
    for (byte[] datagram : datagrams) {
      socket.send(new DatagramPacket(datagram, datagram.length, client));
    }
  }
}
