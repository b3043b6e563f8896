// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Records whose equals and hashCode are written out: every component counts. */
final class ValueEqualityTest {
  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress OTHER = IpAddress.parse("192.0.2.2");

  /** Each of the values equals itself made anew, and none of the others. */
  private static void checkAll(List<Supplier<Object>> values) {
    for (int i = 0; i < values.size(); i++) {
      for (int j = 0; j < values.size(); j++) {
        Object left = values.get(i).get();
        Object right = values.get(j).get();
        if (i == j) {
          assertEquals(left, right);
          assertEquals(left.hashCode(), right.hashCode());
        } else {
          assertNotEquals(left, right);
        }
      }
      assertNotEquals(values.get(i).get(), new Object());
    }
  }

  @Test
  void ofNetworks() {
    checkAll(
        List.of(
            () -> new Cidr(ONE, 32),
            () -> new Cidr(OTHER, 32),
            () -> new Cidr(ONE, 24),
            () -> Cidr.parse("2001:db8::/32")));
  }

  @Test
  void ofServersAndSources() {
    checkAll(
        List.of(
            () -> new TrustedServer(ONE, 53),
            () -> new TrustedServer(OTHER, 53),
            () -> new TrustedServer(ONE, 54)));
    checkAll(
        List.of(
            () -> new SourceAddress("cali1", Cidr.of(ONE)),
            () -> new SourceAddress("cali2", Cidr.of(ONE)),
            () -> new SourceAddress("cali1", Cidr.of(OTHER))));
  }

  @Test
  void ofHostEndpointsAndFailsafePorts() {
    checkAll(List.of(() -> new HostEndpointRule("eth0"), HostEndpointRule::forAll));
    checkAll(
        List.of(
            () -> new FailsafePort(IpProtocol.TCP, 22),
            () -> new FailsafePort(IpProtocol.UDP, 22),
            () -> new FailsafePort(IpProtocol.TCP, 23),
            () -> new FailsafePort(IpProtocol.TCP, 22, Cidr.of(ONE)),
            () -> new FailsafePort(IpProtocol.TCP, 22, Cidr.of(OTHER))));
  }
}
