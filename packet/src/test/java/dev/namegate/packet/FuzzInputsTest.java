// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class FuzzInputsTest {
  @TestFactory
  Stream<DynamicTest> everyInputOfEarlierFuzzingDecodesOrIsRefused() {
    return FuzzInputs.of(IpPacketFuzz.class, DomainNameFuzz.class);
  }
}
