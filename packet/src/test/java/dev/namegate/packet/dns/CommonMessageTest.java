// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.Garbage;
import dev.namegate.packet.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages it takes; what they teach is for {@link DnsDifferentialTest} to say. */
final class CommonMessageTest {
  private static final int ROUNDS = 20_000;

  private final CommonMessage common = new CommonMessage();

  private static DnsMessages reply() {
    return DnsMessages.reply(7, "www.example", DnsTypes.A)
        .cname("www.example", "edge.example", 60)
        .a("edge.example", "203.0.113.7", 60);
  }

  private static DnsMessages with(int section, int type, byte[] data) {
    return reply().record(section, "www.example", type, 1, 60, data);
  }

  private static DnsMessages withOption(int code, int length) {
    byte[] data = new byte[4 + length];
    data[1] = (byte) code;
    data[3] = (byte) length;
    return reply().record(DnsMessages.ADDITIONAL, ".", DnsTypes.OPT, 1_232, 0, data);
  }

  private boolean takes(DnsMessages message) {
    byte[] octets = message.bytes();
    return common.take(octets, octets.length);
  }

  @Test
  void takesWhatServersUsuallySend() {
    byte[] name = DomainName.parse("ns.example").toWire();
    byte[] soa = new byte[2 + 20];

    assertTrue(takes(reply()));
    assertTrue(takes(reply().opt(1_232, 0)));
    assertTrue(takes(withOption(10, 8)));
    assertTrue(takes(withOption(10, 24)));
    assertTrue(takes(withOption(12, 0)));
    assertTrue(takes(with(DnsMessages.AUTHORITY, DnsTypes.NS, name)));
    assertTrue(takes(with(DnsMessages.AUTHORITY, DnsTypes.SOA, soa)));
    assertTrue(takes(with(DnsMessages.ANSWER, DnsTypes.PTR, name)));
    assertTrue(takes(with(DnsMessages.ANSWER, DnsTypes.HTTPS, new byte[] {0, 1, 0})));
    assertTrue(
        takes(
            reply()
                .address(DnsMessages.ADDITIONAL, "x.example", IpAddress.parse("2001:db8::7"), 60)));
  }

  @ParameterizedTest
  @ValueSource(ints = {DnsTypes.MX, DnsTypes.TXT, DnsTypes.SRV, DnsTypes.RRSIG, 65_280})
  void leavesOtherTypesToDnsjava(int type) {
    assertFalse(takes(with(DnsMessages.ADDITIONAL, type, new byte[] {0, 1, 0})));
  }

  @Test
  void leavesTheUnusualToDnsjava() {
    assertFalse(takes(reply().opt(1_232, 0).opt(1_232, 0)));
    assertFalse(takes(with(DnsMessages.ADDITIONAL, DnsTypes.OPT, new byte[0])));
    assertFalse(takes(withOption(10, 9)));
    assertFalse(takes(withOption(10, 41)));
    assertFalse(takes(withOption(8, 8)));
    assertFalse(
        takes(reply().record(DnsMessages.ADDITIONAL, ".", DnsTypes.OPT, 1, 0, new byte[3])));
    assertFalse(takes(with(DnsMessages.ANSWER, DnsTypes.HTTPS, new byte[] {0, 1, 0, 0, 0, 0, 0})));
    assertFalse(takes(with(DnsMessages.ANSWER, DnsTypes.A, new byte[5])));
  }

  @Test
  void leavesAMessageOfManyRecordsOrNamesToDnsjava() {
    DnsMessages records = DnsMessages.reply(7, "www.example", DnsTypes.A);
    DnsMessages names = DnsMessages.reply(7, "www.example", DnsTypes.A);
    for (int i = 0; i < CommonMessage.MAX_RECORDS; i++) {
      records.a("www.example", "203.0.113." + i, 60);
      if (i < CommonMessage.MAX_RECORDS / 2) {
        names.cname("a" + i + ".example", "b" + i + ".example", 60);
      }
    }
    assertTrue(takes(records));
    assertFalse(takes(records.a("www.example", "203.0.113.7", 60)));
    assertFalse(takes(names));
  }

  @Test
  void leavesAnyCutMessageToDnsjava() {
    byte[] octets = reply().bytes();
    for (int length = DnsHeader.LENGTH; length < octets.length; length++) {
      // The rest stands behind it, as in a buffer that is used again.
      assertFalse(common.take(octets, length));
      assertFalse(common.take(Arrays.copyOf(octets, length), length));
    }
  }

  @Test
  void allocatesNothingForWhatIsOffTheChain() {
    List<byte[]> messages =
        List.of(
            reply().opt(1_232, 0).bytes(),
            with(DnsMessages.AUTHORITY, DnsTypes.SOA, new byte[22]).bytes(),
            with(DnsMessages.ANSWER, DnsTypes.HTTPS, new byte[] {0, 1, 0}).uncompressed().bytes(),
            with(DnsMessages.ANSWER, DnsTypes.TXT, new byte[] {0}).bytes());

    assertEquals(0, Garbage.leastOf(() -> assertEquals(3 * ROUNDS, take(messages))));
  }

  private int take(List<byte[]> messages) {
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < messages.size(); i++) {
        taken += common.take(messages.get(i), messages.get(i).length) ? 1 : 0;
      }
    }
    return taken;
  }
}
