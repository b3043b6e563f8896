// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

final class LabelKeyTest {
  @Test
  void labelAndValueMakeTheKey() {
    LabelKey key = new LabelKey("app", "web");
    LabelKey same = new LabelKey("app", "web");
    assertEquals(key, same);
    assertEquals(key.hashCode(), same.hashCode());
    assertNotEquals(key, new LabelKey("tier", "web"));
    assertNotEquals(key, new LabelKey("app", "db"));
    assertNotEquals(key, new LabelKey("app", null));
    assertEquals(new LabelKey("app", null), new LabelKey("app", null));
    assertNotEquals(key, new Object());
  }
}
