// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LogFormatTest {
  @Test
  void aLineBeginsWithTheTimeOfTheOperatorsClockAndItsOffset() {
    LogRecord entry = new LogRecord(Level.INFO, "enforcing");
    entry.setInstant(Instant.parse("2026-11-30T12:00:00.123456Z"));

    String line = new LogFormat().format(entry);

    OffsetDateTime time = OffsetDateTime.parse(line.substring(0, line.indexOf(' ')));
    assertEquals(Instant.parse("2026-11-30T12:00:00.123Z"), time.toInstant());
    assertTrue(line.endsWith(" INFO enforcing\n"), line);
  }

  @Test
  void aThrowableFollowsItsLine() {
    LogRecord entry = new LogRecord(Level.SEVERE, "while stopping");
    entry.setThrown(new IllegalStateException("stuck"));

    String text = new LogFormat().format(entry);

    assertTrue(text.contains(" SEVERE while stopping\n"), text);
    assertTrue(text.contains("IllegalStateException: stuck"), text);
  }
}
