// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClaimsTest {
  private final Claims claims = new Claims();

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < claims.size(); i++) {
      text.append(claims.set(i)).append('/').append(claims.depth(i));
      text.append('=').append(claims.expiryNs(i)).append(' ');
    }
    return text.toString().strip();
  }

  @Test
  void keepsSetsApartAndAscending() {
    assertTrue(claims.raise(5, 1, 10));
    assertTrue(claims.raise(0, 2, 10));
    assertTrue(claims.raise(NameMatcher.MAX_DOMAIN_SET, 16, 10));
    assertTrue(claims.raise(3, 16, 10));

    assertEquals("0/2=10 3/16=10 5/1=10 " + NameMatcher.MAX_DOMAIN_SET + "/16=10", text());
  }

  @Test
  void ignoresAPathThatIsNeitherShorterNorLongerLived() {
    claims.raise(1, 3, 10);

    assertFalse(claims.raise(1, 3, 10));
    assertFalse(claims.raise(1, 4, 10));
    assertFalse(claims.raise(1, 3, 9));
    assertFalse(claims.raise(1, 9, 1));
    assertEquals("1/3=10", text());
  }

  @Test
  void keepsALongerPathThatLastsLonger() {
    claims.raise(1, 3, 10);
    claims.raise(1, 5, 30);
    claims.raise(1, 4, 20);

    assertEquals("1/3=10 1/4=20 1/5=30", text());
  }

  @Test
  void dropsPathsThatABetterOneReplaces() {
    claims.raise(0, 3, 99);
    claims.raise(1, 3, 10);
    claims.raise(1, 5, 30);
    claims.raise(1, 6, 40);
    claims.raise(2, 3, 5);

    assertTrue(claims.raise(1, 3, 30));

    assertEquals("0/3=99 1/3=30 1/6=40 2/3=5", text());
  }

  @Test
  void knowsWhetherAnotherPathIsBetter() {
    claims.raise(1, 3, 10);
    claims.raise(1, 5, 30);

    assertTrue(claims.hasBetter(1, 3, 9));
    assertFalse(claims.hasBetter(1, 3, 10), "itself");
    assertFalse(claims.hasBetter(1, 2, 9), "but longer");
    assertTrue(claims.hasBetter(1, 5, 29));
    assertFalse(claims.hasBetter(2, 5, 1));
  }

  @Test
  void prunesWhatIsOver() {
    claims.raise(1, 3, 10);
    claims.raise(1, 5, 30);
    claims.raise(2, 1, 20);

    assertFalse(claims.prune(9));
    assertTrue(claims.prune(10));
    assertEquals("1/5=30 2/1=20", text());
    assertTrue(claims.prune(30));
    assertTrue(claims.isEmpty());
  }
}
