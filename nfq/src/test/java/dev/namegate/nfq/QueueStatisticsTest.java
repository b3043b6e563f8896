// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueStatisticsTest {
  private final Path directory;

  QueueStatisticsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private List<QueueStatistics> read(String listing) throws IOException {
    return QueueStatistics.readAll(
        Files.writeString(directory.resolve("nfnetlink_queue"), listing));
  }

  @Test
  void readsTheColumnsOfTheKernel() throws IOException {
    assertEquals(
        List.of(
            new QueueStatistics(100, 2949760707L, 12, 2, 65531, 3, 4, 4294967295L),
            new QueueStatistics(101, 25400, 0, 0, 0, 0, 0, 0)),
        read(
            """
              100 2949760707    12 2 65531     3     4 4294967295  1
              101  25400     0 0     0     0     0        0  1
            """));
  }

  @Test
  void isEmptyWhenNobodyHoldsAQueue() throws IOException {
    assertTrue(read("").isEmpty());
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    IOException e = assertThrows(IOException.class, () -> read("  100 1 2\n"));
    assertEquals("not a line of nfnetlink_queue:   100 1 2", e.getMessage());
    assertThrows(IOException.class, () -> read("a b c d e f g h i\n"));
  }
}
