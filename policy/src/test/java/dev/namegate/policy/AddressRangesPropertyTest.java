// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A set has exactly the addresses that one of its ranges has. */
final class AddressRangesPropertyTest {
  static LongStream seeds() {
    return Seeds.of(100);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void containsWhatOneOfTheRangesHas(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Cidr> cidrs = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      IpAddress address = address(random);
      int bits = address.isIpv4() ? 32 : 128;
      int length = random.nextInt(4) == 0 ? random.nextInt(bits + 1) : bits - random.nextInt(6);
      cidrs.add(new Cidr(address, length));
    }
    AddressRanges ranges = AddressRanges.of(cidrs);

    for (int i = 0; i < 1000; i++) {
      IpAddress address = address(random);
      assertEquals(
          cidrs.stream().anyMatch(cidr -> has(cidr, address)),
          ranges.contains(address.isIpv4() ? 4 : 6, address.hi(), address.lo()),
          () -> address + " in " + cidrs);
      assertTrue(isNear(ranges, address) || cidrs.stream().noneMatch(c -> has(c, address)));
    }
  }

  @Test
  void keepsTheFamiliesApart() {
    AddressRanges allV6 = AddressRanges.of(List.of(Cidr.parse("::/0", true)));
    AddressRanges allV4 = AddressRanges.of(List.of(Cidr.parse("0.0.0.0/0", true)));
    IpAddress v4 = IpAddress.parse("192.0.2.1");

    assertFalse(allV6.contains(4, v4.hi(), v4.lo()));
    assertTrue(allV4.contains(4, v4.hi(), v4.lo()));
    assertTrue(allV6.contains(6, v4.hi(), v4.lo()), "a mapped address in an IPv6 packet is IPv6");
    assertFalse(allV4.contains(6, v4.hi(), v4.lo()));
    assertTrue(allV6.contains(6, -1L, -1L));
    assertTrue(allV6.contains(6, 0, 0));
  }

  @Test
  void mergesWhatTouches() {
    AddressRanges ranges =
        AddressRanges.of(
            List.of(
                Cidr.parse("ffff:ffff:ffff:ffff:8000::/65", true),
                Cidr.parse("ffff:ffff:ffff:ffff::/65", true),
                Cidr.parse("ffff:ffff:ffff:ffff::/64", true)));

    assertTrue(ranges.contains(6, -1L, 0));
    assertTrue(ranges.contains(6, -1L, -1L));
    assertFalse(ranges.contains(6, -2L, -1L));
  }

  /** Few addresses that are near to each other, so that ranges overlap, touch and miss. */
  private static IpAddress address(SplittableRandom random) {
    int low = random.nextInt(64);
    return switch (random.nextInt(4)) {
      case 0 -> new IpAddress(0x2001_0db8_0000_0000L, low);
      case 1 -> new IpAddress(-1L, -1L - low);
      default -> IpAddress.ofIpv4((random.nextBoolean() ? 0xc000_0200 : 0x0a00_0000) + low);
    };
  }

  private static boolean has(Cidr cidr, IpAddress address) {
    int bits = address.isIpv4() ? 32 : 128;
    int shift = bits - cidr.prefixLength();
    return cidr.isIpv4() == address.isIpv4()
        && new BigInteger(1, cidr.address().bytes())
            .shiftRight(shift)
            .equals(new BigInteger(1, address.bytes()).shiftRight(shift));
  }

  @Test
  void knowsTheNeighbourhoodsOfFewAddressesOnly() {
    AddressRanges few =
        AddressRanges.of(
            List.of(Cidr.parse("192.0.2.0/23", false), Cidr.parse("2001:db8::/64", true)));
    AddressRanges many = AddressRanges.of(List.of(Cidr.parse("10.0.0.0/8", true)));

    assertEquals(3, Objects.requireNonNull(few.neighbourhoods()).length);
    assertNull(many.neighbourhoods());
    assertNull(AddressRanges.of(List.of(Cidr.parse("::/0", true))).neighbourhoods());
  }

  /** Whether the address is where the set says that its addresses are. */
  private static boolean isNear(AddressRanges ranges, IpAddress address) {
    long[] neighbourhoods = ranges.neighbourhoods();
    long own = AddressRanges.neighbourhood(address.isIpv4() ? 4 : 6, address.hi(), address.lo());
    return neighbourhoods == null || Arrays.stream(neighbourhoods).anyMatch(n -> n == own);
  }
}
