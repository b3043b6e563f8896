// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.FuzzInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class FuzzInputsTest {
  @TestFactory
  Stream<DynamicTest> everyInputOfEarlierFuzzingIsDecodedAsTheOracleDoes() {
    return FuzzInputs.of(DnsMessageFuzz.class);
  }
}
