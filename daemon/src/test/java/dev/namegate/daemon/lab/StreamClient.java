// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Asks several questions at once over one TCP connection, which it keeps until all are answered.
 *
 * <p>Run in a room: {@code StreamClient SERVER PORT TYPE NAME…}. It prints the data of each record
 * of the answers.
 */
public final class StreamClient {
  private static final int LIMIT_MS = 10_000;

  private StreamClient() {}

  public static void main(String[] arguments) throws Exception {
    InetAddress server = InetAddress.getByName(arguments[0]);
    int type = Type.value(arguments[2]);
    List<String> names = Arrays.asList(arguments).subList(3, arguments.length);
    try (Socket socket = new Socket(server, Integer.parseInt(arguments[1]))) {
      socket.setSoTimeout(LIMIT_MS);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (String name : names) {
        Name asked = Name.fromString(name, Name.root);
        all.writeBytes(framed(Message.newQuery(Record.newRecord(asked, type, DClass.IN)).toWire()));
      }
      socket.getOutputStream().write(all.toByteArray());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int i = 0; i < names.size(); i++) {
        Message reply = new Message(in.readNBytes(in.readUnsignedShort()));
        reply
            .getSection(Section.ANSWER)
            .forEach(record -> System.out.println(record.rdataToString()));
      }
    }
  }

  /** A message as TCP carries it. */
  static byte[] framed(byte[] message) {
    byte[] framed = new byte[message.length + 2];
    framed[0] = (byte) (message.length >>> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }
}
