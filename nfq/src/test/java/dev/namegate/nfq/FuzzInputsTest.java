// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.FuzzInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class FuzzInputsTest {
  @TestFactory
  Stream<DynamicTest> everyInputOfEarlierFuzzingDecodesOrIsRefused() {
    return FuzzInputs.of(NetlinkFuzz.class);
  }
}
