// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "50000, 50us",
    "900000000, 900ms",
    "3000000000, 3s",
    "90123000000, 1m30s123ms",
    "86400000000000, 24h",
    "3600000000001, 1h1ns",
  })
  void writesTheFewestUnits(long nanos, String text) {
    assertEquals(text, GoDuration.format(Duration.ofNanos(nanos)));
  }
}
