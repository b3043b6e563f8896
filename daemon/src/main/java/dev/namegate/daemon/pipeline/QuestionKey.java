// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.dns.DnsMessage;
import java.util.Arrays;

/**
 * What an answer is matched to its question by: client and server with their ports, message id,
 * name, type and class. Mutable: filled anew for each message.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Ownership:</b> the name is borrowed from the message until that decodes another.
 */
@HotPath
final class QuestionKey {
  long clientHi;
  long clientLo;
  long serverHi;
  long serverLo;

  /** The client's and the server's port, and the message id. */
  long ports;

  /** The type (the upper half) and the class. */
  int asked;

  private byte[] name = {};
  private int nameLength;

  void client(long hi, long lo, int port) {
    clientHi = hi;
    clientLo = lo;
    ports = (ports & 0xffff_ffffL) | (long) port << 32;
  }

  void server(long hi, long lo, int port) {
    serverHi = hi;
    serverLo = lo;
    ports = (ports & ~0xffff_0000L) | (long) port << 16;
  }

  int serverPort() {
    return (int) (ports >>> 16) & 0xffff;
  }

  /** The id and the question of the message that was decoded last. */
  void message(DnsMessage message) {
    ports = (ports & ~0xffffL) | message.id();
    asked = message.questionType() << 16 | message.questionClass();
    name = message.questionName();
    nameLength = message.questionNameLength();
  }

  /** Whether the name is the one that begins these octets. */
  boolean isName(byte[] octets, int length) {
    return length == nameLength && Arrays.equals(name, 0, length, octets, 0, length);
  }

  byte[] name() {
    return name;
  }

  int nameLength() {
    return nameLength;
  }
}
