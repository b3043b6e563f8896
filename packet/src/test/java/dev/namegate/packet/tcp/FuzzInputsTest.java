// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import dev.namegate.packet.FuzzInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class FuzzInputsTest {
  @TestFactory
  Stream<DynamicTest> everyInputOfEarlierFuzzingIsPutTogetherAsItStands() {
    return FuzzInputs.of(TcpDnsStreamsFuzz.class);
  }
}
