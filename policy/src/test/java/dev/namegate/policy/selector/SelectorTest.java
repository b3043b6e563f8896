// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("E13: the selector language, its quirks and its errors")
final class SelectorTest {
  private static final Map<String, String> LABELS =
      Map.of("role", "web", "my-label", "prod-1", "empty", "", "in", "x", "a.b/c", "d");

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "``                                     ; all()",
        "`  \t `                                ; all()",
        "all()                                  ; all()",
        "all(  )                                ; all()",
        "global()                               ; global()",
        "has(role)                              ; has(role)",
        "has( role )                            ; has(role)",
        "role == 'web'                          ; role == \"web\"",
        "role==\"web\"                          ; role == \"web\"",
        "role!='web'                            ; role != \"web\"",
        "role == 'a\"b'                         ; role == 'a\"b'",
        "role == ''                             ; role == \"\"",
        "role in {'b','a', 'b'}                 ; role in {\"a\", \"b\"}",
        "role in{ 'a', }                        ; role in {\"a\"}",
        "role in {}                             ; role in {}",
        "role not in {'a'}                      ; role not in {\"a\"}",
        "role notin {'a'}                       ; role not in {\"a\"}",
        "role not \t in {}                      ; role not in {}",
        "role contains 'e'                      ; role contains \"e\"",
        "role starts with 'w'                   ; role starts with \"w\"",
        "role startswith 'w'                    ; role starts with \"w\"",
        "role starts with'w'                    ; role starts with \"w\"",
        "role endswith 'b'                      ; role ends with \"b\"",
        "!has(a)                                ; !has(a)",
        "!!has(a)                               ; has(a)",
        "! ! !has(a)                            ; !has(a)",
        "(has(a))                               ; has(a)",
        "has(a) && has(b) && has(c)             ; (has(a) && has(b) && has(c))",
        "has(a) || has(b) && has(c)             ; (has(a) || (has(b) && has(c)))",
        "(has(a) || has(b)) && has(c)           ; ((has(a) || has(b)) && has(c))",
        "!(has(a) || has(b))                    ; !(has(a) || has(b))",
        "in == 'x'                              ; in == \"x\"",
        "has == 'x'                             ; has == \"x\"",
        "all == 'x'                             ; all == \"x\"",
        "in in {'x'}                            ; in in {\"x\"}",
        "not not in {'x'}                       ; not not in {\"x\"}",
        "contains contains 'x'                  ; contains contains \"x\"",
        "a.b/c-D_9 == 'x'                       ; a.b/c-D_9 == \"x\"",
        "! has(my-label) || my-label starts with 'prod' && role in {'frontend','business'}"
            + "; (!has(my-label) || (my-label starts with \"prod\""
            + " && role in {\"business\", \"frontend\"}))"
      })
  void hasOneCanonicalTextThatParsesToItself(String text, String canonical) {
    Selector selector = Selector.parse(text);

    assertEquals(canonical, selector.toString());
    assertEquals(selector, Selector.parse(canonical));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "all()                          ; true",
        "global()                       ; true",
        "has(role)                      ; true",
        "has(empty)                     ; true",
        "has(absent)                    ; false",
        "role == 'web'                  ; true",
        "role == 'Web'                  ; false",
        "absent == ''                   ; false",
        "empty == ''                    ; true",
        "role != 'web'                  ; false",
        "role != 'db'                   ; true",
        "absent != 'web'                ; true",
        "role in {'db', 'web'}          ; true",
        "role in {}                     ; false",
        "absent in {'web'}              ; false",
        "role not in {'db'}             ; true",
        "role not in {'web'}            ; false",
        "role not in {}                 ; true",
        "absent not in {'web'}          ; true",
        "role contains 'e'              ; true",
        "absent contains ''             ; false",
        "my-label starts with 'prod'    ; true",
        "my-label starts with 'rod'     ; false",
        "absent starts with ''          ; false",
        "my-label ends with '-1'        ; true",
        "absent ends with ''            ; false",
        "!has(absent)                   ; true",
        "has(role) && has(absent)       ; false",
        "has(role) || has(absent)       ; true",
        "in == 'x'                      ; true",
        "a.b/c == 'd'                   ; true"
      })
  void matchesLabels(String text, boolean matches) {
    assertEquals(matches, Selector.parse(text).matches(LABELS));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "role                     ; 4  ; unexpected the end behind the label \"role\"",
        "role = 'x'               ; 5  ; unexpected '= 'x'' behind the label \"role\"",
        "role == x                ; 8  ; expected a quoted value, found 'x'",
        "role == 'x               ; 8  ; the quote that opens here is never closed",
        "role == 'x' role         ; 12 ; unexpected 'role' behind a complete condition",
        "role == 'x' and has(a)   ; 12 ; unexpected 'and has(a)' behind a complete condition",
        "role == 'x' &&           ; 14 ; expected a label, found the end",
        "role == 'x' & has(a)     ; 12 ; unexpected '& has(a)' behind a complete condition",
        "|| has(a)                ; 0  ; expected a label, found '|| has(a)'",
        "()                       ; 1  ; expected a label, found ')'",
        "(has(a)                  ; 7  ; expected \")\", found the end",
        "has(a))                  ; 6  ; unexpected ')' behind a complete condition",
        "has(a b)                 ; 6  ; expected \")\", found 'b)'",
        "has()                    ; 4  ; expected a label, found ')'",
        "has (a)                  ; 4  ; unexpected '(a)' behind the label \"has\"",
        "all (                    ; 4  ; unexpected '(' behind the label \"all\"",
        "all(a)                   ; 4  ; expected \")\", found 'a)'",
        "role inx                 ; 5  ; unexpected 'inx' behind the label \"role\"",
        "role in 'x'              ; 8  ; expected \"{\", found ''x''",
        "role in {'x' 'y'}        ; 13 ; expected \"}\", found ''y'}'",
        "role in {,}              ; 9  ; expected a quoted value, found ',}'",
        "role not 'x'             ; 5  ; unexpected 'not 'x'' behind the label \"role\"",
        "role starts 'x'          ; 5  ; unexpected 'starts 'x'' behind the label \"role\"",
        "role with 'x'            ; 5  ; unexpected 'with 'x'' behind the label \"role\"",
        "!                        ; 1  ; expected a label, found the end",
        "rôle == 'x'              ; 1  ; unexpected 'ôle == 'x'' behind the label \"r\"",
        "`role ==\n'x'`           ; 7  ; expected a quoted value, found a line break"
      })
  void refusesAndSaysWhere(String text, int offset, String message) {
    SelectorException e = assertThrows(SelectorException.class, () -> Selector.parse(text));

    assertEquals(message, e.getMessage());
    assertEquals(offset, e.offset());
  }

  @Test
  void boundsLabelsAndParentheses() {
    String label = "a".repeat(512);

    assertEquals("has(" + label + ")", Selector.parse("has(" + label + ")").toString());
    assertThrows(SelectorException.class, () -> Selector.parse("has(" + label + "a)"));
    assertEquals("has(a)", Selector.parse("(".repeat(100) + "has(a)" + ")".repeat(100)).toString());
    assertThrows(
        SelectorException.class,
        () -> Selector.parse("(".repeat(101) + "has(a)" + ")".repeat(101)));
    assertEquals("has(a)", Selector.parse("!".repeat(100_000) + "has(a)").toString());
  }

  @Test
  void prefixesEveryLabel() {
    assertEquals(
        "((pcns.a == \"x\" && !has(pcns.b)) || all())",
        Selector.parse("a == 'x' && !has(b) || all()").prefixed("pcns.").toString());
  }
}
