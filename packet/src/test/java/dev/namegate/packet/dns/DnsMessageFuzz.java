// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any octets as a DNS message, judged by {@link DnsjavaOracle}. */
final class DnsMessageFuzz {
  private final DnsComparison comparison = new DnsComparison();

  @FuzzTest
  void reply(byte[] octets) {
    comparison.compare(octets, true, true);
    comparison.compare(octets, true, false);
  }

  @FuzzTest
  void query(byte[] octets) {
    comparison.compare(octets, false, true);
  }
}
