// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Sends one DNS message with every field chosen, and waits for nothing: one half of a forgery.
 *
 * <p>Run in a room: {@code DnsDatagram query FROM FROM-PORT TO TO-PORT ID NAME A|AAAA} or {@code
 * DnsDatagram reply FROM FROM-PORT TO TO-PORT ID NAME ADDRESS [CLASS]}. {@code FROM} must be an
 * address of the room; to forge one, give it to the room's {@code lo} first.
 */
public final class DnsDatagram {
  private DnsDatagram() {}

  public static void main(String[] arguments) throws Exception {
    boolean reply = arguments[0].equals("reply");
    var from = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    var to = new InetSocketAddress(arguments[3], Integer.parseInt(arguments[4]));
    int id = Integer.parseInt(arguments[5]);
    Name name = Name.fromString(arguments[6], Name.root);
    int dclass = arguments.length > 8 ? DClass.value(arguments[8]) : DClass.IN;
    Message message = reply ? reply(id, name, dclass, arguments[7]) : query(id, name, arguments[7]);
    byte[] wire = message.toWire();
    try (DatagramSocket socket = new DatagramSocket(from)) {
      socket.send(new DatagramPacket(wire, wire.length, to));
    }
  }

  private static Message query(int id, Name name, String type) {
    return query(id, name, DClass.IN, type);
  }

  private static Message query(int id, Name name, int dclass, String type) {
    Message query = new Message(id);
    query.getHeader().setFlag(Flags.RD);
    query.addRecord(Record.newRecord(name, Type.value(type), dclass), Section.QUESTION);
    return query;
  }

  private static Message reply(int id, Name name, int dclass, String address) throws IOException {
    String type = address.indexOf(':') < 0 ? "A" : "AAAA";
    Message reply = query(id, name, dclass, type);
    reply.getHeader().setFlag(Flags.QR);
    reply.addRecord(
        Record.fromString(name, Type.value(type), DClass.IN, 300, address, Name.root),
        Section.ANSWER);
    return reply;
  }
}
