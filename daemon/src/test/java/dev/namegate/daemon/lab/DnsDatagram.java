// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
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
 * <p>Run in a room: {@code DnsDatagram query FROM FROM-PORT TO TO-PORT ID NAME} or {@code
 * DnsDatagram reply FROM FROM-PORT TO TO-PORT ID NAME ADDRESS}. {@code FROM} must be an address of
 * the room; to forge one, give it to the room's {@code lo} first.
 */
public final class DnsDatagram {
  private DnsDatagram() {}

  public static void main(String[] arguments) throws Exception {
    boolean reply = arguments[0].equals("reply");
    var from = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    var to = new InetSocketAddress(arguments[3], Integer.parseInt(arguments[4]));
    int id = Integer.parseInt(arguments[5]);
    Name name = Name.fromString(arguments[6], Name.root);
    byte[] wire = message(id, name, reply ? arguments[7] : null).toWire();
    try (DatagramSocket socket = new DatagramSocket(from)) {
      socket.send(new DatagramPacket(wire, wire.length, to));
    }
  }

  private static Message message(int id, Name name, @Nullable String address) throws Exception {
    Message message = new Message(id);
    message.getHeader().setFlag(Flags.RD);
    int type = Type.A;
    if (address != null) {
      message.getHeader().setFlag(Flags.QR);
      type = InetAddress.getByName(address).getAddress().length == 4 ? Type.A : Type.AAAA;
      message.addRecord(
          Record.fromString(name, type, DClass.IN, 300, address, Name.root), Section.ANSWER);
    }
    message.addRecord(Record.newRecord(name, type, DClass.IN), Section.QUESTION);
    return message;
  }
}
