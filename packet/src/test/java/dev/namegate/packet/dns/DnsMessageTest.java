// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.ParseStatus;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DnsMessageTest {
  private static final byte[] NO_DATA = {};

  private final DnsMessage message = new DnsMessage();

  private void assertReply(int expected, byte[] octets) {
    int status = message.decodeReply(ByteBuffer.wrap(octets), 0, octets.length);
    assertEquals(ParseStatus.name(expected), ParseStatus.name(status));
  }

  private void assertQuery(int expected, byte[] octets) {
    int status = message.decodeQuery(ByteBuffer.wrap(octets), 0, octets.length);
    assertEquals(ParseStatus.name(expected), ParseStatus.name(status));
  }

  private void assertChain(Edge... expected) {
    assertEquals(List.of(expected), message.chain());
  }

  private static DnsMessages reply() {
    return DnsMessages.reply(7, "www.example", DnsTypes.A);
  }

  private static Edge alias(String owner, String target, long ttlSeconds) {
    return new AliasEdge(DomainName.parse(owner), DomainName.parse(target), ttlSeconds);
  }

  private static Edge address(String owner, String address, long ttlSeconds) {
    return new AddressEdge(DomainName.parse(owner), IpAddress.parse(address), ttlSeconds);
  }

  @Test
  void decodesAQuery() {
    assertQuery(
        ParseStatus.OK,
        DnsMessages.query(0xfedc, "WWW.Example", DnsTypes.AAAA).opt(1_232, 0).bytes());

    assertEquals(0xfedc, message.id());
    assertEquals(0, message.opcode());
    assertEquals(0, message.rcode());
    assertFalse(message.truncated());
    assertEquals(
        new Question(DomainName.parse("www.example"), DnsTypes.AAAA, DnsTypes.CLASS_IN),
        message.question());
    assertEquals("www.example IN AAAA", message.question().toString());
    assertChain();
  }

  @Test
  void takesNoChainFromAQuery() {
    byte[] octets = reply().a("www.example", "203.0.113.7", 60).bytes();
    octets[2] &= 0x7f;

    assertQuery(ParseStatus.OK, octets);
    assertChain();
  }

  @Test
  void decodesAddresses() {
    assertReply(
        ParseStatus.OK,
        reply()
            .a("www.example", "203.0.113.7", 60)
            .aaaa("www.example", "2001:db8::7", 0)
            .a("WWW.EXAMPLE", "203.0.113.8", 0x7fff_ffffL)
            .opt(1_232, 0)
            .bytes());

    assertEquals("www.example IN A", message.question().toString());
    assertChain(
        address("www.example", "203.0.113.7", 60),
        address("www.example", "2001:db8::7", 0),
        address("www.example", "203.0.113.8", 0x7fff_ffffL));
  }

  @Test
  void followsAliasesInAnyRecordOrder() {
    assertReply(
        ParseStatus.OK,
        reply()
            .a("c.example", "203.0.113.7", 30)
            .cname("b.example", "c.example", 20)
            .cname("www.example", "B.example", 10)
            .bytes());

    assertChain(
        alias("www.example", "b.example", 10),
        alias("b.example", "c.example", 20),
        address("c.example", "203.0.113.7", 30));
  }

  @Test
  void ignoresRecordsOffTheChain() {
    assertReply(
        ParseStatus.OK,
        reply()
            .a("www.example", "203.0.113.7", 60)
            .a("bank.example", "203.0.113.66", 60)
            .cname("x.example", "www.example", 60)
            .cname("bank.example", "y.example", 60)
            .address(DnsMessages.AUTHORITY, "www.example", IpAddress.parse("203.0.113.67"), 60)
            .address(DnsMessages.ADDITIONAL, "www.example", IpAddress.parse("203.0.113.68"), 60)
            .bytes());

    assertChain(address("www.example", "203.0.113.7", 60));
  }

  @Test
  void ignoresOtherTypesAndClasses() {
    byte[] v4 = {(byte) 203, 0, 113, 7};
    assertReply(
        ParseStatus.OK,
        reply()
            .record(DnsMessages.ANSWER, "www.example", DnsTypes.TXT, 1, 9, new byte[] {1, 'x'})
            .record(DnsMessages.ANSWER, "www.example", 65_280, 1, 9, v4)
            .record(DnsMessages.ANSWER, "www.example", DnsTypes.A, 4, 9, v4)
            .bytes());

    assertChain();
  }

  @Test
  void learnsTheAliasThatADnameMakesAndNotTheDnameItself() {
    assertReply(
        ParseStatus.OK,
        reply()
            .record(
                DnsMessages.ANSWER,
                "example",
                DnsTypes.DNAME,
                1,
                9,
                DomainName.parse("other").toWire())
            .cname("www.example", "www.other", 9)
            .a("www.other", "203.0.113.7", 9)
            .bytes());

    assertChain(alias("www.example", "www.other", 9), address("www.other", "203.0.113.7", 9));
  }

  @Test
  void toleratesLoops() {
    assertReply(
        ParseStatus.OK,
        reply()
            .cname("www.example", "b.example", 1)
            .cname("b.example", "www.example", 2)
            .cname("b.example", "b.example", 3)
            .a("b.example", "203.0.113.7", 4)
            .bytes());

    assertChain(
        alias("www.example", "b.example", 1),
        alias("b.example", "www.example", 2),
        alias("b.example", "b.example", 3),
        address("b.example", "203.0.113.7", 4));
  }

  @Test
  void capsTheDepth() {
    DnsMessages reply = DnsMessages.reply(7, "n0.example", DnsTypes.A);
    for (int i = 0; i < 20; i++) {
      reply.cname("n" + i + ".example", "n" + (i + 1) + ".example", i);
      reply.a("n" + i + ".example", "203.0.113." + i, i);
    }
    assertReply(ParseStatus.OK, reply.bytes());

    assertEquals(AnswerChain.MAX_DEPTH * 2 + 1, message.chain().size());
    assertEquals(
        address("n16.example", "203.0.113.16", 16),
        message.chain().get(message.chain().size() - 1));
  }

  @Test
  void countsATtlWithTheTopBitAsZero() {
    assertReply(
        ParseStatus.OK,
        reply()
            .a("www.example", "203.0.113.7", 0x8000_0000L)
            .a("www.example", "203.0.113.8", 0xffff_ffffL)
            .cname("www.example", "b.example", 0x8000_0001L)
            .bytes());

    assertChain(
        address("www.example", "203.0.113.7", 0),
        address("www.example", "203.0.113.8", 0),
        alias("www.example", "b.example", 0));
  }

  @Test
  void takesAnIpv4MappedAddressForTheIpv4Address() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 203, 0, 113, 7};
    assertReply(
        ParseStatus.OK,
        reply().record(DnsMessages.ANSWER, "www.example", DnsTypes.AAAA, 1, 9, mapped).bytes());

    assertChain(address("www.example", "203.0.113.7", 9));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 15})
  void takesNoChainFromAnError(int rcode) {
    assertReply(
        ParseStatus.OK,
        reply()
            .rcode(rcode)
            .cname("www.example", "b.example", 60)
            .a("b.example", "203.0.113.7", 60)
            .bytes());

    assertEquals(rcode, message.rcode());
    assertChain();
  }

  @Test
  void seesTheUpperBitsOfTheRcode() {
    assertReply(ParseStatus.OK, reply().a("www.example", "203.0.113.7", 60).opt(1_232, 1).bytes());

    assertEquals(16, message.rcode());
    assertChain();
  }

  @Test
  void takesNoChainForAQuestionOfAnotherClass() {
    Question chaos = new Question(DomainName.parse("www.example"), DnsTypes.A, DnsTypes.CLASS_CH);
    assertReply(
        ParseStatus.OK, DnsMessages.reply(7, chaos).a("www.example", "203.0.113.7", 60).bytes());

    assertChain();
  }

  @Test
  void learnsFromACompleteTruncatedMessage() {
    assertReply(ParseStatus.OK, reply().a("www.example", "203.0.113.7", 60).truncated().bytes());

    assertTrue(message.truncated());
    assertChain(address("www.example", "203.0.113.7", 60));
  }

  @Test
  void learnsNothingFromAnIncompleteMessageWhateverItsTcBit() {
    for (DnsMessages reply : List.of(reply(), reply().truncated())) {
      byte[] octets =
          reply.a("www.example", "203.0.113.7", 60).a("www.example", "203.0.113.8", 60).bytes();
      for (int length = 0; length < octets.length; length++) {
        assertReply(ParseStatus.BAD_DNS_MESSAGE, Arrays.copyOf(octets, length));
        assertChain();
        assertThrows(IllegalStateException.class, message::question);
      }
    }
  }

  @Test
  void ignoresOctetsAfterTheLastRecord() {
    byte[] octets = reply().a("www.example", "203.0.113.7", 60).bytes();

    assertReply(ParseStatus.OK, Arrays.copyOf(octets, octets.length + 9));
    assertChain(address("www.example", "203.0.113.7", 60));
  }

  @Test
  void refusesTheOtherDirection() {
    assertReply(
        ParseStatus.DNS_WRONG_DIRECTION, DnsMessages.query(7, "www.example", DnsTypes.A).bytes());
    assertQuery(ParseStatus.DNS_WRONG_DIRECTION, reply().bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5, 6, 15})
  void refusesOtherOpcodes(int opcode) {
    assertReply(ParseStatus.DNS_NOT_QUERY, reply().opcode(opcode).bytes());
    assertEquals(opcode, message.opcode());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 2", "1, 1", "255, 255"})
  void refusesAnyNumberOfQuestionsButOne(int upper, int lower) {
    byte[] octets = reply().bytes();
    octets[4] = (byte) upper;
    octets[5] = (byte) lower;

    assertReply(ParseStatus.DNS_QUESTION_COUNT, octets);
    assertEquals(7, message.id());
  }

  @Test
  void forgetsTheMessageBefore() {
    assertReply(ParseStatus.OK, reply().truncated().a("www.example", "203.0.113.7", 6).bytes());
    List<Edge> kept = message.chain();
    assertReply(ParseStatus.BAD_DNS_MESSAGE, NO_DATA);

    assertEquals(0, message.id());
    assertFalse(message.truncated());
    assertChain();
    assertThrows(IllegalStateException.class, message::question);
    assertEquals(1, kept.size());
  }

  @Test
  void decodesTheLongestMessageAndRefusesALongerOne() {
    DnsMessages reply = reply();
    for (int i = 0; i < 4_000; i++) {
      reply.a("www.example", "203.0." + i / 256 + "." + i % 256, i);
    }
    byte[] octets = Arrays.copyOf(reply.bytes(), DnsMessage.MAX_LENGTH);

    assertReply(ParseStatus.OK, octets);
    assertEquals(4_000, message.chain().size());
    assertReply(ParseStatus.BAD_DNS_MESSAGE, Arrays.copyOf(octets, octets.length + 1));
  }

  @Test
  void escapesNothingOfAName() {
    DnsMessages reply = DnsMessages.reply(7, "a\\.b.\\000\\255.example", DnsTypes.A);
    assertReply(ParseStatus.OK, reply.a("A\\.b.\\000\\255.example", "203.0.113.7", 60).bytes());

    assertEquals("a\\.b.\\000\\255.example", message.question().name().toString());
    assertEquals(1, message.chain().size());
  }

  @Test
  void logsNothing() {
    Logger root = Logger.getLogger("");
    StringBuilder logged = new StringBuilder();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            logged.append(entry.getLoggerName()).append(' ').append(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    root.addHandler(handler);
    try {
      byte[] octets = reply().cname("www.example", "b.example", 60).bytes();
      assertReply(ParseStatus.OK, octets);
      octets[octets.length - 1] ^= 0x40;
      assertReply(ParseStatus.BAD_DNS_MESSAGE, octets);
    } finally {
      root.removeHandler(handler);
    }

    assertEquals("", logged.toString());
  }

  @Test
  void throwsForARangeOutsideTheBuffer() {
    ByteBuffer buffer = ByteBuffer.allocate(10);
    assertThrows(IndexOutOfBoundsException.class, () -> message.decodeReply(buffer, 0, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> message.decodeQuery(buffer, 11, 0));
  }

  @Test
  void namesTypesAndClasses() {
    assertEquals("HTTPS", DnsTypes.name(65));
    assertEquals("TYPE65280", DnsTypes.name(65_280));
    assertEquals("CLASS254", DnsTypes.className(254));
  }
}
