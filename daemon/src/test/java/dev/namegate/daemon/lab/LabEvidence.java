// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps what a failed test leaves, while its lab is still up: rules, sets, queues, connections and
 * logs, in {@code daemon/target/it-evidence/CLASS.METHOD/}. Registered with {@code
 * RegisterExtension}.
 */
public final class LabEvidence implements AfterTestExecutionCallback {
  private static final String SNMP = "cat /proc/net/snmp /proc/net/snmp6 /proc/net/netstat";

  /** In the host's room. */
  private static final Map<String, String> COMMANDS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("iptables-nft", "iptables-nft-save -c"),
              Map.entry("iptables-legacy", "iptables-legacy-save -c"),
              Map.entry("ip6tables-nft", "ip6tables-nft-save -c"),
              Map.entry("ip6tables-legacy", "ip6tables-legacy-save -c"),
              Map.entry("nfnetlink_queue", "cat /proc/net/netfilter/nfnetlink_queue"),
              Map.entry("nfnetlink_log", "cat /proc/net/netfilter/nfnetlink_log"),
              Map.entry("ipset", "ipset list"),
              Map.entry("conntrack", "conntrack -L"),
              Map.entry("conntrack-counters", "conntrack -S"),
              Map.entry("sockets", "ss -anptu"),
              Map.entry("links", "ip -s link"),
              Map.entry("neighbours", "ip neigh"),
              Map.entry("snmp", SNMP)));

  private final Supplier<@Nullable Lab> lab;

  public LabEvidence(Supplier<@Nullable Lab> lab) {
    this.lab = lab;
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Lab up = lab.get();
    if (up != null && context.getExecutionException().isPresent()) {
      String test =
          context.getRequiredTestClass().getSimpleName()
              + "."
              + context.getRequiredTestMethod().getName();
      Path kept = collect(up, test);
      context.publishReportEntry("evidence", kept.toString());
      System.err.println("evidence of " + test + " is in " + kept);
    }
  }

  /** Collects now, whatever the test's fate; returns the directory. */
  public static Path collect(Lab lab, String test) {
    Path directory = Lab.checkout().resolve("daemon/target/it-evidence").resolve(test);
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, String> command : COMMANDS.entrySet()) {
        keep(lab, Room.HOST, command.getValue(), directory.resolve(command.getKey() + ".txt"));
      }
      // A packet that the servers' own kernel has lost was not lost by us.
      keep(lab, Room.NET, SNMP, directory.resolve("snmp-net.txt"));
      for (Path log : copyable(lab)) {
        Files.copy(log, directory.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  /** Absent tools and empty tables are no reason to lose the rest. */
  private static void keep(Lab lab, Room room, String command, Path file) throws IOException {
    CommandResult result = lab.exec(room, Duration.ofSeconds(5), "sh", "-c", command);
    Files.writeString(file, result.stdout() + result.stderr());
  }

  private static List<Path> copyable(Lab lab) {
    return lab.logs().stream().filter(Files::isReadable).toList();
  }
}
