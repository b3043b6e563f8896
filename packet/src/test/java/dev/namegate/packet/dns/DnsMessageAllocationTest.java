// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.Garbage;
import dev.namegate.packet.ParseStatus;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A common message costs no heap, whatever it teaches. */
final class DnsMessageAllocationTest {
  private static final int ROUNDS = 20_000;

  private final DnsMessage message = new DnsMessage();
  private final AnswerLinks copy = new AnswerLinks();

  @Test
  void decodesCommonMessagesWithoutAllocating() {
    List<ByteBuffer> replies = List.of(oneAddress(), aliases(), manyAddresses());
    ByteBuffer query = buffer(DnsMessages.query(7, "www.example.org", DnsTypes.AAAA).bytes());
    long checksum = decode(replies, query);

    assertEquals(
        0, Garbage.leastOf(() -> assertEquals(checksum, decode(replies, query), "the same again")));
  }

  private long decode(List<ByteBuffer> replies, ByteBuffer query) {
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < replies.size(); i++) {
        ByteBuffer reply = replies.get(i);
        sum += sound(message.decodeReply(reply, 0, reply.limit()));
        copy.copy(message.links());
        sum += copy.size() + copy.addressLo(copy.size() - 1) + copy.nameEnd(copy.names() - 1);
      }
      sum += sound(message.decodeQuery(query, 0, query.limit()));
      sum += message.questionNameLength() + message.questionType() + message.questionClass();
    }
    return sum;
  }

  private static int sound(int status) {
    assertEquals(ParseStatus.OK, status);
    return status;
  }

  private static ByteBuffer oneAddress() {
    return buffer(
        DnsMessages.reply(7, "www.example.org", DnsTypes.A)
            .a("www.example.org", "203.0.113.7", 60)
            .bytes());
  }

  private static ByteBuffer aliases() {
    return buffer(
        DnsMessages.reply(7, "WWW.example.org", DnsTypes.AAAA)
            .cname("www.example.org", "edge.example.net", 60)
            .cname("edge.example.net", "a7.cdn.example", 60)
            .aaaa("a7.cdn.example", "2001:db8::7", 60)
            .bytes());
  }

  private static ByteBuffer manyAddresses() {
    DnsMessages reply = DnsMessages.reply(7, "www.example.org", DnsTypes.A);
    for (int i = 1; i <= 100; i++) {
      reply.a("www.example.org", "203.0.113." + i, 60);
    }
    return buffer(reply.bytes());
  }

  private static ByteBuffer buffer(byte[] octets) {
    return ByteBuffer.allocateDirect(octets.length).put(0, octets);
  }
}
