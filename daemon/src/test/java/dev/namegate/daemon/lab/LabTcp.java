// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/**
 * The TCP side of {@link LabDns}: right answers only, cut into segments as the first label of the
 * name asks for ({@link Cut}). Questions that come together are answered together, in one write.
 */
final class LabTcp {
  private static final int BACKLOG = 512;

  private final Answers answers;

  /** Gives the right reply to a query. */
  interface Answers {
    Message to(Message query) throws IOException;
  }

  /** Where the server cuts what it writes; each part is a segment of its own. */
  enum Cut {
    /** Nowhere. */
    NONE(Integer.MAX_VALUE, Integer.MAX_VALUE),
    /** Behind every octet. */
    EACH(1, 1),
    /** Within the length, and never again. */
    LENGTH(1, Integer.MAX_VALUE),
    /** Behind the length, and never again. */
    BEHIND(2, Integer.MAX_VALUE),
    /** Behind the first octets of the message, then every 20. */
    PARTS(7, 20);

    private final int first;
    private final int more;

    Cut(int first, int more) {
      this.first = first;
      this.more = more;
    }

    /** Asked for by {@code cut-each.good.test} and the like. */
    static Cut of(Name asked) {
      String label = asked.getLabelString(0);
      return Arrays.stream(values())
          .filter(cut -> label.equalsIgnoreCase("cut-" + cut.name()))
          .findFirst()
          .orElse(NONE);
    }

    void write(byte[] octets, OutputStream out) throws IOException {
      int length = first;
      for (int at = 0; at < octets.length; length = more) {
        int part = Math.min(length, octets.length - at);
        out.write(octets, at, part);
        at += part;
      }
    }
  }

  private LabTcp(Answers answers) {
    this.answers = answers;
  }

  /** Serves there, on threads of its own, until the process ends. */
  static void start(InetSocketAddress address, Answers answers) throws IOException {
    ServerSocket listening = new ServerSocket();
    listening.bind(address, BACKLOG);
    new Thread(() -> new LabTcp(answers).accept(listening), "tcp " + address).start();
  }

  private void accept(ServerSocket listening) {
    while (true) {
      try {
        Socket client = listening.accept();
        new Thread(() -> serve(client), "client " + client).start();
      } catch (IOException e) {
        System.out.println(e);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true); // a write, a segment
      DataInputStream in = new DataInputStream(client.getInputStream());
      while (true) {
        answer(in, client.getOutputStream());
      }
    } catch (EOFException e) {
      // The client has no more questions.
    } catch (IOException e) {
      System.out.println(e);
    }
  }

  private void answer(DataInputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Cut cut = Cut.NONE;
    do {
      Message query = new Message(in.readNBytes(in.readUnsignedShort()));
      byte[] reply = answers.to(query).toWire();
      written.write(reply.length >>> 8);
      written.write(reply.length);
      written.writeBytes(reply);
      Cut asked = Cut.of(query.getQuestion().getName());
      cut = asked == Cut.NONE ? cut : asked;
      System.out.println(query.getQuestion() + " over TCP, cut " + cut);
    } while (in.available() > 0);
    cut.write(written.toByteArray(), out);
  }
}
