// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainNameTest {
  @ParameterizedTest
  @CsvSource({
    "www.example.org, www.example.org",
    "WWW.Example.ORG., www.example.org",
    "_sip._tcp.example., _sip._tcp.example",
    "*.example, *.example",
    "a\\.b.example, a\\.b.example",
    "a\\\\b.example, a\\\\b.example",
    "a\\032b.example, a\\032b.example",
    "\\065.example, a.example",
    "ü.example, \\195\\188.example",
    "., ."
  })
  void printsTheCanonicalText(String text, String canonical) {
    assertEquals(canonical, DomainName.parse(text).toString());
    assertEquals(DomainName.parse(text), DomainName.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "..", ".a", "a..b", "a..", "a\\", "a\\1", "a\\12", "a\\256", "a\\1x2", "a\\12.b"
      })
  void refusesTextThatIsNoName(String text) {
    assertThrows(IllegalArgumentException.class, () -> DomainName.parse(text));
  }

  @Test
  void lowerCasesAsciiOnly() {
    byte[] upper = {2, 'Z', (byte) 0xc4, 0};

    assertArrayEquals(new byte[] {2, 'z', (byte) 0xc4, 0}, DomainName.ofWire(upper).toWire());
    assertNotEquals(DomainName.parse("@[`{"), DomainName.parse("`{@["));
  }

  @Test
  void acceptsTheLongestLabelAndName() {
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "b".repeat(61);

    assertEquals(DomainName.MAX_LENGTH, DomainName.parse(longest).toWire().length);
    assertEquals(longest, DomainName.parse(longest + ".").toString());
    assertRefuses("label of 64 octets, max=63", "a".repeat(64) + ".example");
    assertRefuses("name of 256 octets", longest + "b");
    assertRefuses("label of 64 octets", "ü".repeat(32));
  }

  private static void assertRefuses(String reason, String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> DomainName.parse(text));
    assertTrue(refusal.toString().contains(reason), refusal.toString());
  }

  @Test
  void acceptsTheMostLabels() {
    DomainName name = DomainName.parse("a.".repeat(127));

    assertEquals(127, name.labelCount());
    assertThrows(IllegalArgumentException.class, () -> DomainName.parse("a.".repeat(128)));
  }

  @Test
  void refusesWireThatIsNotExactlyOneName() {
    for (byte[] wire :
        new byte[][] {
          {},
          {1},
          {1, 'a'},
          {2, 'a', 0},
          {0, 0},
          {1, 'a', 0, 0},
          {(byte) 0xc0, 0},
          new byte[256],
          longLabel(64)
        }) {
      assertThrows(IllegalArgumentException.class, () -> DomainName.ofWire(wire));
    }
  }

  private static byte[] longLabel(int length) {
    byte[] wire = new byte[length + 2];
    wire[0] = (byte) length;
    return wire;
  }

  @Test
  void keepsNoHandOnWhatItWasGivenOrGave() {
    byte[] wire = {1, 'a', 0};
    DomainName name = DomainName.ofWire(wire);
    wire[1] = 'b';
    name.toWire()[1] = 'c';

    assertEquals("a", name.toString());
    assertNotSame(name.toWire(), name.toWire());
  }

  @Test
  void tellsItsLabels() {
    DomainName name = DomainName.parse("www.a\\.b.org");

    assertEquals(List.of("www", "a\\.b", "org"), name.labels());
    assertEquals(3, name.labelCount());
    assertEquals(0, DomainName.ROOT.labelCount());
    assertEquals(List.of(), DomainName.ROOT.labels());
    assertEquals(DomainName.ROOT, DomainName.ofWire(new byte[] {0}));
  }

  @Test
  void hasAnOrderThatAgreesWithEquality() {
    assertEquals(0, DomainName.parse("A.example").compareTo(DomainName.parse("a.EXAMPLE.")));
    assertTrue(DomainName.parse("a.example").compareTo(DomainName.parse("b.example")) < 0);
    assertTrue(DomainName.parse("\\255").compareTo(DomainName.parse("a")) > 0);
  }

  @Test
  void comparesByLabelsNotByText() {
    assertNotEquals(DomainName.parse("a.b"), DomainName.parse("a\\.b"));
    assertNotEquals(
        DomainName.ofWire(new byte[] {3, 'a', 1, 'b', 0}),
        DomainName.ofWire(new byte[] {1, 'a', 1, 'b', 0}));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void parsesWhatItPrints(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      DomainName name = DomainName.ofWire(randomWire(random));

      assertEquals(name, DomainName.parse(name.toString()));
      assertEquals(name, DomainName.ofWire(name.toWire()));
      assertEquals(name.hashCode(), DomainName.parse(name.toString()).hashCode());
      assertEquals(name.labelCount(), name.labels().size());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void refusesOrAcceptsAnyTextAndWire(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) ".\\0129aB\0\1\2\3@".charAt(random.nextInt(13));
      }
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      try {
        assertEquals(DomainName.parse(text), DomainName.parse(DomainName.parse(text).toString()));
      } catch (IllegalArgumentException e) {
        assertNotEquals(null, e.getMessage());
      }
      try {
        assertEquals(bytes.length, DomainName.ofWire(bytes).toWire().length);
      } catch (IllegalArgumentException e) {
        assertNotEquals(null, e.getMessage());
      }
    }
  }

  private static byte[] randomWire(SplittableRandom random) {
    byte[] wire = new byte[DomainName.MAX_LENGTH];
    int at = 0;
    for (int labels = random.nextInt(8); labels > 0; labels--) {
      int length = random.nextInt(1, random.nextInt(2, 64));
      if (at + length + 2 > wire.length) {
        break;
      }
      wire[at++] = (byte) length;
      for (int i = 0; i < length; i++) {
        wire[at++] = (byte) random.nextInt(256);
      }
    }
    return Arrays.copyOf(wire, at + 1);
  }
}
