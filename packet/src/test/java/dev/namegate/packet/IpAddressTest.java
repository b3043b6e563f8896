// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
  /** The cases that RFC 5952 §4 and §1 speak of. */
  @ParameterizedTest
  @CsvSource({
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::AAAA, 2001:db8::aaaa",
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "::192.0.2.33, ::c000:221",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::ffff:0:1, 0.0.0.1",
    "192.0.2.1, 192.0.2.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255"
  })
  void printsTheCanonicalText(String text, String canonical) {
    assertEquals(canonical, IpAddress.parse(text).toString());
    assertEquals(IpAddress.parse(text), IpAddress.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ":",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.256",
        "1.2.3.0004",
        "01.2.3.4",
        "0x1.2.3.4",
        "1.2.3.-4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4/32",
        "\u0661.2.3.4",
        "localhost",
        "example.com",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        ":::",
        "1:",
        ":1",
        "12345::",
        "::g",
        "fe80::1%eth0",
        "[::1]",
        "::1/128",
        "::1.2.3",
        "::1.2.3.4.5",
        "::01.2.3.4",
        "::1.2.3.256",
        "1.2.3.4::",
        ".::1",
        "\uff11::"
      })
  void refusesWhatIsNoLiteralWithoutAskingAResolver(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));

    assertTrue(refusal.toString().contains("not an IP address"), refusal.toString());
  }

  @Test
  void holdsIpv4AsIpv4Mapped() {
    IpAddress address = IpAddress.parse("192.0.2.1");

    assertTrue(address.isIpv4());
    assertEquals(0xc000_0201, address.ipv4());
    assertEquals(new IpAddress(0, 0xffff_c000_0201L), address);
    assertEquals(address, IpAddress.ofIpv4(0xc000_0201));
    assertArrayEquals(new byte[] {(byte) 192, 0, 2, 1}, address.bytes());
    assertFalse(IpAddress.parse("::c000:201").isIpv4());
    assertFalse(IpAddress.parse("1::ffff:c000:201").isIpv4());
  }

  @Test
  void refusesBytesOfAnotherLength() {
    for (int length : new int[] {0, 3, 5, 15, 17}) {
      assertThrows(IllegalArgumentException.class, () -> IpAddress.ofBytes(new byte[length]));
    }
  }

  @Test
  void ordersAsUnsignedNumbers() {
    assertTrue(IpAddress.parse("8000::").compareTo(IpAddress.parse("7fff::")) > 0);
    assertTrue(IpAddress.parse("::8000:0:0:0").compareTo(IpAddress.parse("::1")) > 0);
    assertTrue(IpAddress.parse("200.0.0.0").compareTo(IpAddress.parse("100.0.0.0")) > 0);
    assertEquals(0, IpAddress.parse("::1").compareTo(IpAddress.parse("0::1")));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void parsesWhatItPrints(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      long hi = random.nextLong() & mask(random);
      long lo = random.nextLong() & mask(random);
      IpAddress address = new IpAddress(hi, lo);

      assertEquals(address, IpAddress.parse(address.toString()));
      assertEquals(address, IpAddress.ofBytes(address.bytes()));
    }
  }

  /** Makes runs of zero groups likely. */
  private static long mask(SplittableRandom random) {
    long mask = 0;
    for (int group = 0; group < 4; group++) {
      mask = mask << 16 | (random.nextBoolean() ? 0xffff : 0);
    }
    return mask;
  }

  @Test
  void bothHalvesMakeTheAddress() {
    IpAddress address = new IpAddress(1, 2);
    assertEquals(address, new IpAddress(1, 2));
    assertEquals(address.hashCode(), new IpAddress(1, 2).hashCode());
    assertNotEquals(address, new IpAddress(1, 3));
    assertNotEquals(address, new IpAddress(2, 2));
    assertNotEquals(address, new Object());
  }
}
