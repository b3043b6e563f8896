// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainPatternTest {
  @ParameterizedTest(name = "{0}: {1} matches {2}: {3}")
  @CsvSource({
    // The seed document.
    "seed, microsoft.com, microsoft.com, true",
    "seed, tigera.io, tigera.io, true",
    "seed, google.com, www.google.com, false",
    "seed, *.google.com, www.google.com, true",
    "seed, *.google.com, www.ipv6.google.com, true",
    "seed, *.google.com, google.com, false",
    "seed, www.*.com, www.sun.com, true",
    "seed, www.*.com, www.apple.com, true",
    "seed, www.*.com, www.com, false",
    "seed, update.*.mycompany.com, update.tools.mycompany.com, true",
    "seed, update.*.mycompany.com, update.secure.suite.mycompany.com, true",
    "seed, *.example.com, bob.example.com, true",
    // Section 1.3.
    "1.3, www.*.com, www.a.b.com, true",
    "1.3, *, com, true",
    "1.3, *, a.b.c, true",
    "1.3, *, ., false",
    // Section 9.
    "M1, google.test, google.test, true",
    "M1, google.test, www.google.test, false",
    "M2, *.google.test, www.google.test, true",
    "M3, *.google.test, www.ipv6.google.test, true",
    "M4, *.google.test, google.test, false",
    "M5, www.*.test, www.sun.test, true",
    "M5, www.*.test, www.test, false",
    "M6, update.*.my.test, update.secure.suite.my.test, true",
    "M6, update.*.my.test, update.my.test, false",
    "M9, www.my.*, www.my.test, true",
    "M9, www.my.*, www.my.evil.example, true",
    "M9, www.my.*, www.my, false",
    "M9, *, anything.at.all, true",
    "M10, API.Alice.TEST, api.alice.test, true",
    "M10, api.alice.test, API.ALICE.test, true",
    "M11, api.alice.test., api.alice.test, true",
    "M11, api.alice.test, api.alice.test., true",
    "M11, *.alice.test., api.alice.test, true",
    "M12, good.test, notgood.test, false",
    "M12, good.test, good.test.evil.test, false",
    "M12, *.good.test, a.notgood.test, false",
    // More.
    "one label, localhost, localhost, true",
    "underscore, _sip._tcp.example.com, _sip._tcp.example.com, true",
    "the fixed parts do not share a label, a.*.a, a.a, false",
    "the fixed parts do not share a label, a.b.*.b.c, a.b.c, false",
    "an octet that is a dot, *.b.c, a\\.b.c, false",
    "an octet that is an asterisk, a.b, *.b, false"
  })
  void matchesAsTheTableSays(String why, String pattern, String name, boolean matches) {
    assertEquals(matches, DomainPattern.parse(pattern).matches(DomainName.parse(name)), why);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "münchen.example, xn--mnchen-3ya.example",
    "MÜNCHEN.example, xn--mnchen-3ya.example",
    "*.münchen.example, *.xn--mnchen-3ya.example",
    "faß.example, xn--fa-hia.example",
    "例え.テスト, xn--r8jz45g.xn--zckzah",
    "例え。テスト, xn--r8jz45g.xn--zckzah",
    "xn--mnchen-3ya.example, xn--mnchen-3ya.example",
    "Ａｂｃ.example, abc.example",
    "API.Alice.COM., api.alice.com"
  })
  void hasOneCanonicalText(String text, String canonical) {
    assertEquals(canonical, DomainPattern.parse(text).toString());
    assertEquals(DomainPattern.parse(canonical), DomainPattern.parse(text));
  }

  @ParameterizedTest(name = "\"{0}\": {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "``                   ; domain is empty",
        ".                    ; has an empty label",
        "..                   ; has an empty label",
        "a..b                 ; has an empty label",
        ".example.com         ; write *.example.com for the names below it",
        "*.*.my.test          ; has 2 wildcards",
        "*.a.*.b.*            ; has 3 wildcards",
        "www.g*.test          ; '*' must be a whole label",
        "**.test              ; '*' must be a whole label",
        "*a.test              ; '*' must be a whole label",
        "^www\\.a\\.test$     ; regular expressions are not supported",
        "(a|b).test           ; regular expressions are not supported",
        "a.[a-z].test         ; regular expressions are not supported",
        "a?.test              ; regular expressions are not supported",
        "192.0.2.1            ; is an IP address",
        "192.0.2.1.           ; is an IP address",
        "300.1.1.1            ; is an IP address",
        "2001:db8::1          ; is an IP address",
        "[2001:db8::1]        ; is an IP address",
        "::                   ; is an IP address",
        "10.*                 ; is an IP address with a wildcard",
        "10.0.*.1             ; is an IP address with a wildcard",
        "192.0.2.0/24         ; write address ranges in nets",
        "https://a.test       ; is a URL",
        "a.test/path          ; is not a domain name",
        "a.test:443           ; write the port in ports",
        "a b.test             ; has a character that is not allowed",
        "a,b.test             ; has a character that is not allowed",
        "a@b.test             ; has a character that is not allowed",
        "-a.test              ; begins or ends with '-'",
        "a-.test              ; begins or ends with '-'",
        "＊.test              ; has a character that is not allowed",
        "a\u200d.test         ; is not valid in an internationalised name",
        "xn--ü.test           ; is not valid in an internationalised name"
      })
  void refusesAndSaysWhy(String text, String reason) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> DomainPattern.parse(text)).getMessage();

    assertTrue(message.contains(reason), message);
  }

  @Test
  void refusesLabelsAndNamesThatNoNameCanHave() {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "b".repeat(61));

    assertEquals(253, DomainPattern.parse(longest).toString().length());
    assertEquals(longest, DomainPattern.parse(longest + ".").toString());
    assertMessage("label of 64 characters, max=63", "a".repeat(64) + ".test");
    assertMessage("name of 254 characters, max=253", longest + "b");
    assertMessage("name of 255 characters, max=253", "*." + longest);
    assertMessage("label of 64 characters, max=63", "ü" + "a".repeat(56) + ".test");
  }

  private static void assertMessage(String expected, String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> DomainPattern.parse(text)).getMessage();
    assertTrue(message.contains(expected) || message.contains("LABEL_TOO_LONG"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "www.google.*", "*.com", "www.*.com", "a.*"})
  void warnsOfWhatIsLegalAndVeryWide(String text) {
    assertTrue(DomainPattern.parse(text).risk().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"com", "*.example.com", "www.*.example.com", "a.b"})
  void hasNothingToSayOfOtherPatterns(String text) {
    assertTrue(DomainPattern.parse(text).risk().isEmpty());
  }

  /** What needs no second look would come out of it as it is. */
  @Test
  void readsThePlainAsItReadsAny() {
    long seed = Long.getLong("seed", 20261123);
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    String[] scraps = {"a", "b9", "-", "_", ".", "*", "*.", "10", "A", "\u00e4", "x".repeat(40)};
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(9); j >= 0; j--) {
        text.append(scraps[random.nextInt(scraps.length)]);
      }
      String written = text.toString();
      assertEquals(
          outcome(DomainPattern::parseAny, written), outcome(DomainPattern::parse, written));
    }
  }

  private static String outcome(Function<String, DomainPattern> parse, String text) {
    try {
      DomainPattern pattern = parse.apply(text);
      return pattern + " " + pattern.before() + " " + pattern.isWildcard() + " " + pattern.after();
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
