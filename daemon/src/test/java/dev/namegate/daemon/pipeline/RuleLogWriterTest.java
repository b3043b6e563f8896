// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleLogWriterTest {
  @TempDir private Path directory;

  private final Counters counters = new Counters();
  private final RuleLogger first = new RuleLogger(counters.newWriter());
  private final RuleLogger second = new RuleLogger(counters.newWriter());
  private final List<String> lines = new ArrayList<>();
  private final RuleLogWriter writer = new RuleLogWriter(List.of(first, second), lines::add);

  @SuppressWarnings("NullAway.Init")
  private CompiledPolicy policy;

  @BeforeEach
  void compile() throws IOException {
    Path file = directory.resolve("policy.yaml");
    Files.writeString(
        file,
        """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: here}
        spec: {node: n, interfaceName: eth0}
        """);
    policy = PolicyCompiler.compile(ResourceReader.read(List.of(file)).resources(), "n");
  }

  private void record(RuleLogger logger, int flows, int firstPort) {
    IpAddress from = IpAddress.parse("192.0.2.1");
    IpAddress to = IpAddress.parse("198.51.100.1");
    for (int i = 0; i < flows; i++) {
      IpPacket packet = new IpPacket().flow(IpPacket.TCP, from, 40_000, to, firstPort + i);
      logger.about(policy, 0, packet).onLogRule(0);
    }
  }

  private long linesTo(int firstPort, int count) {
    return lines.stream()
        .map(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
        .filter(port -> port >= firstPort && port < firstPort + count)
        .count();
  }

  @Test
  void writesALineOfEachRecordOfAllQueues() {
    record(first, 1, 1_001);
    record(second, 1, 2_001);

    writer.write();
    writer.write();

    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith("calico-packet: endpoint here, "), lines.get(0));
    assertTrue(lines.get(0).endsWith("192.0.2.1 port 40000 to 198.51.100.1 port 1001"));
    assertTrue(lines.get(1).endsWith(" port 2001"), lines.get(1));
  }

  @Test
  void sharesTheLinesOfARoundAndLetsNoQueueStarveAnother() {
    record(first, RuleLogger.SLOTS, 1_000);
    record(second, RuleLogWriter.LINES_PER_ROUND, 2_000);

    writer.write();
    assertEquals(RuleLogWriter.LINES_PER_ROUND, lines.size());
    writer.write();
    assertEquals(2 * RuleLogWriter.LINES_PER_ROUND, lines.size());
    assertEquals(RuleLogWriter.LINES_PER_ROUND, linesTo(2_000, 1_000));
  }

  @Test
  void countsWhatFindsNoRoom() {
    record(first, RuleLogger.SLOTS + 3, 1_000);

    assertEquals(3, counters.value(Counter.LOG_RULES_UNWRITTEN));
    assertEquals(RuleLogger.SLOTS + 3, counters.value(Counter.LOG_RULES_MATCHED));
    assertEquals(5, first.write(5, lines::add));
    assertEquals(RuleLogger.SLOTS - 5, first.write(RuleLogger.SLOTS, lines::add));
    assertEquals(0, first.write(1, lines::add));
  }
}
