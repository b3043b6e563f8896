// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InternetDomainName;
import com.google.thirdparty.publicsuffix.PublicSuffixPatterns;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublicSuffixTest {
  @Test
  void knowsWhereAnybodyCanRegisterNames() {
    assertTrue(isSuffix("co.uk"));
    assertTrue(isSuffix("github.io"));
    assertFalse(isSuffix("alice.com"));
    assertFalse(isSuffix("www.co.uk"));
  }

  @Test
  void knowsRulesForAllNamesBelowAndWhatIsExemptFromThem() {
    assertTrue(isSuffix("anything.ck"));
    assertFalse(isSuffix("www.ck"));
    assertFalse(isSuffix("one.anything.ck"));
  }

  @Test
  void knowsNamesOfOtherScriptsByTheirALabels() {
    assertTrue(isSuffix("xn--55qx5d.cn"));
  }

  /** Each name of the list, and the names above and below it, as patterns write them. */
  @Test
  void saysWhatTheListSays() {
    Set<String> names = new LinkedHashSet<>();
    for (Set<String> each :
        List.of(
            PublicSuffixPatterns.EXACT.keySet(),
            PublicSuffixPatterns.UNDER.keySet(),
            PublicSuffixPatterns.EXCLUDED.keySet())) {
      for (String name : each) {
        names.add(name);
        names.add("a." + name);
        names.add("b.a." + name);
        names.add(name.substring(name.indexOf('.') + 1));
      }
    }
    assertTrue(names.size() > 20_000, names.size() + " names");
    for (String name : names) {
      assertEquals(
          InternetDomainName.from(name).isPublicSuffix(),
          isSuffix(DomainPattern.parse(name).toString()),
          name);
    }
  }

  private static boolean isSuffix(String name) {
    return PublicSuffix.is(List.of(name.split("\\.")));
  }
}
