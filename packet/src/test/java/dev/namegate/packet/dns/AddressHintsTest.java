// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.ParseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTPS and SVCB records teach; RFC 9460. */
final class AddressHintsTest {
  private static final int MANDATORY = 0;
  private static final int ALPN = 1;
  private static final int PORT = 3;
  private static final int IPV4HINT = 4;
  private static final int IPV6HINT = 6;

  private final DnsMessage message = new DnsMessage(true);
  private final DnsMessage withoutHints = new DnsMessage(false);

  /** RDATA of such a record, parameter by parameter. */
  private static final class Service {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    Service(int priority, String target) {
      u16(priority);
      data.writeBytes(DomainName.parse(target).toWire());
    }

    Service with(int key, byte... value) {
      u16(key);
      u16(value.length);
      data.writeBytes(value);
      return this;
    }

    Service hint(int key, String... addresses) {
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      for (String address : addresses) {
        value.writeBytes(IpAddress.parse(address).bytes());
      }
      return with(key, value.toByteArray());
    }

    private void u16(int value) {
      data.write(value >>> 8);
      data.write(value);
    }

    byte[] bytes() {
      return data.toByteArray();
    }
  }

  private static DnsMessages reply() {
    return DnsMessages.reply(7, "www.example", DnsTypes.HTTPS);
  }

  private static DnsMessages https(DnsMessages reply, String owner, long ttl, Service data) {
    return reply.record(DnsMessages.ANSWER, owner, DnsTypes.HTTPS, 1, ttl, data.bytes());
  }

  private void assertTeaches(DnsMessages reply, Edge... expected) {
    assertStatus(ParseStatus.OK, message, reply);
    assertEquals(List.of(expected), message.chain());
  }

  private static void assertStatus(int expected, DnsMessage message, DnsMessages reply) {
    byte[] octets = reply.bytes();
    int status = message.decodeReply(ByteBuffer.wrap(octets), 0, octets.length);
    assertEquals(ParseStatus.name(expected), ParseStatus.name(status));
  }

  private static Edge alias(String owner, String target, long ttlSeconds) {
    return new AliasEdge(DomainName.parse(owner), DomainName.parse(target), ttlSeconds);
  }

  private static Edge address(String owner, String address, long ttlSeconds) {
    return new AddressEdge(DomainName.parse(owner), IpAddress.parse(address), ttlSeconds);
  }

  @ParameterizedTest
  @ValueSource(ints = {DnsTypes.HTTPS, DnsTypes.SVCB})
  void hintsAreAddressesOfTheOwnerIfTheTargetIsTheRoot(int type) {
    byte[] data =
        new Service(1, ".")
            .with(ALPN, (byte) 2, (byte) 'h', (byte) '2')
            .hint(IPV4HINT, "203.0.113.7", "203.0.113.8")
            .hint(IPV6HINT, "2001:db8::7")
            .bytes();

    assertTeaches(
        reply().record(DnsMessages.ANSWER, "WWW.Example", type, 1, 60, data),
        address("www.example", "203.0.113.7", 60),
        address("www.example", "203.0.113.8", 60),
        address("www.example", "2001:db8::7", 60));
  }

  @Test
  void hintsAreAddressesOfTheTargetAndTheOwnerIsItsAlias() {
    Service service = new Service(1, "svc.example.net").hint(IPV4HINT, "203.0.113.7");

    assertTeaches(
        https(reply(), "www.example", 60, service),
        alias("www.example", "svc.example.net", 60),
        address("svc.example.net", "203.0.113.7", 60));
  }

  @Test
  void ownerThatIsItsOwnTargetIsNoAlias() {
    Service service = new Service(1, "www.Example").hint(IPV4HINT, "203.0.113.7");

    assertTeaches(
        https(reply(), "www.example", 60, service), address("www.example", "203.0.113.7", 60));
  }

  @Test
  void recordInAliasModeIsAnAliasWhateverItsHints() {
    Service service = new Service(0, "pool.example.net").hint(IPV4HINT, "203.0.113.66");

    assertTeaches(
        https(reply(), "www.example", 60, service).a("pool.example.net", "203.0.113.7", 30),
        alias("www.example", "pool.example.net", 60),
        address("pool.example.net", "203.0.113.7", 30));
  }

  @Test
  void recordInAliasModeToTheRootTeachesNothing() {
    assertTeaches(https(reply(), "www.example", 60, new Service(0, ".")));
  }

  @Test
  void recordAtTheEndOfAliasesTeaches() {
    Service service = new Service(16, ".").hint(IPV6HINT, "2001:db8::7");

    assertTeaches(
        https(reply(), "edge.example.net", 30, service)
            .cname("www.example", "edge.example.net", 60),
        alias("www.example", "edge.example.net", 60),
        address("edge.example.net", "2001:db8::7", 30));
  }

  @Test
  void hintsOfARecordOffTheChainTeachNothingEvenForANameOnIt() {
    Service service = new Service(1, "www.example").hint(IPV4HINT, "203.0.113.66");

    assertTeaches(
        https(reply(), "bank.example", 60, service).a("www.example", "203.0.113.7", 60),
        address("www.example", "203.0.113.7", 60));
  }

  @Test
  void hintsOfATargetBeyondTheDepthTeachNothing() {
    DnsMessages reply = DnsMessages.reply(7, "n0.example", DnsTypes.HTTPS);
    for (int i = 0; i < AnswerChain.MAX_DEPTH; i++) {
      reply.cname("n" + i + ".example", "n" + (i + 1) + ".example", 60);
    }
    Service beyond = new Service(1, "beyond.example").hint(IPV4HINT, "203.0.113.66");
    Service there = new Service(2, ".").hint(IPV4HINT, "203.0.113.7");
    https(https(reply, "n16.example", 60, beyond), "n16.example", 60, there);

    assertStatus(ParseStatus.OK, message, reply);

    List<Edge> chain = message.chain();
    assertEquals(AnswerChain.MAX_DEPTH + 1, chain.size());
    assertEquals(address("n16.example", "203.0.113.7", 60), chain.get(AnswerChain.MAX_DEPTH));
  }

  @Test
  void ipv4MappedHintIsTheIpv4Address() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 203, 0, 113, 7};

    assertTeaches(
        https(reply(), "www.example", 60, new Service(1, ".").with(IPV6HINT, mapped)),
        address("www.example", "203.0.113.7", 60));
  }

  @Test
  void recordOfAnotherClassOrSectionTeachesNothing() {
    byte[] data = new Service(1, ".").hint(IPV4HINT, "203.0.113.7").bytes();

    assertTeaches(
        reply()
            .record(DnsMessages.ANSWER, "www.example", DnsTypes.HTTPS, 3, 60, data)
            .record(DnsMessages.AUTHORITY, "www.example", DnsTypes.HTTPS, 1, 60, data)
            .record(DnsMessages.ADDITIONAL, "www.example", DnsTypes.HTTPS, 1, 60, data));
  }

  @Test
  void keysThatNobodyKnowsAreNoObstacle() {
    Service service =
        new Service(1, ".")
            .with(MANDATORY, (byte) 0xfd, (byte) 0)
            .hint(IPV4HINT, "203.0.113.7")
            .with(0xfd00, (byte) 1);

    assertTeaches(
        https(reply(), "www.example", 60, service), address("www.example", "203.0.113.7", 60));
  }

  @Test
  void hintsOfANameWithAPortAreOfThatNameWhateverThePortIs() {
    String owner = "_8443._https.www.example";
    Service service = new Service(1, ".").with(PORT, new byte[] {1, -69});

    assertTeaches(
        https(
            DnsMessages.reply(7, owner, DnsTypes.HTTPS),
            owner,
            60,
            service.hint(IPV4HINT, "203.0.113.7")),
        address(owner, "203.0.113.7", 60));
  }

  @Test
  void withTheSettingOffOnlyAddressRecordsTeach() {
    DnsMessages reply =
        https(reply(), "www.example", 60, new Service(1, ".").hint(IPV4HINT, "203.0.113.66"));
    https(reply, "www.example", 60, new Service(0, "pool.example.net"));
    reply.a("www.example", "203.0.113.7", 60).a("pool.example.net", "203.0.113.67", 60);

    assertStatus(ParseStatus.OK, withoutHints, reply);

    assertEquals(List.of(address("www.example", "203.0.113.7", 60)), withoutHints.chain());
  }

  @Test
  void malformedRecordSpoilsTheMessageWhateverTheSetting() {
    byte[] good = new Service(1, ".").hint(IPV4HINT, "203.0.113.7").bytes();
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    List<byte[]> malformed =
        List.of(
            cut,
            new byte[0],
            new byte[] {0, 1},
            new Service(1, ".").with(IPV4HINT, new byte[5]).bytes(),
            new Service(1, ".").with(IPV6HINT, new byte[15]).bytes(),
            new Service(1, ".").with(PORT, new byte[1]).bytes(),
            new Service(1, ".").with(MANDATORY, new byte[] {0, 4}).bytes(),
            new Service(1, ".").with(ALPN, new byte[] {9, 'h'}).bytes());
    for (byte[] data : malformed) {
      DnsMessages reply =
          reply()
              .a("www.example", "203.0.113.7", 60)
              .record(DnsMessages.ANSWER, "www.example", DnsTypes.HTTPS, 1, 60, data);

      assertStatus(ParseStatus.BAD_DNS_MESSAGE, message, reply);
      assertEquals(List.of(), message.chain());
      assertStatus(ParseStatus.BAD_DNS_MESSAGE, withoutHints, reply);
    }
  }
}
