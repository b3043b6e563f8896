// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any octets as a name in wire form. */
final class DomainNameFuzz {
  @FuzzTest
  void ofWire(byte[] octets) {
    DomainName name;
    try {
      name = DomainName.ofWire(octets);
    } catch (IllegalArgumentException e) {
      return;
    }

    assertTrue(octets.length <= DomainName.MAX_LENGTH);
    assertEquals(octets.length, name.toWire().length);
    assertEquals(name, DomainName.ofWire(name.toWire()));
    assertEquals(name, DomainName.parse(name.toString()));
    assertEquals(name.labelCount(), name.labels().size());
  }
}
