// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.nfq.NfQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks whether this machine has what the daemon needs, and says how to get what it lacks. */
public final class Preflight {
  private static final int CAP_NET_ADMIN = 12;
  private static final List<Path> TOOL_DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

  /**
   * One thing that was looked at.
   *
   * @param problem what is wrong and how to mend it; empty if all is well
   */
  public record Finding(String what, Optional<String> problem) {
    @Override
    public String toString() {
      return problem.map(text -> "MISSING  " + what + ": " + text).orElse("ok       " + what);
    }
  }

  private Preflight() {}

  /** All findings, in the order in which a start would need them. */
  public static List<Finding> run() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            "capability CAP_NET_ADMIN",
            hasNetAdmin()
                ? Optional.empty()
                : Optional.of("run as root, or grant CAP_NET_ADMIN and CAP_NET_RAW")));
    findings.add(new Finding("NFQUEUE and libnetfilter_queue", NfQueue.unavailabilityCause()));
    findings.add(tool("iptables-nft-restore", "iptables"));
    findings.add(tool("ip6tables-nft-restore", "iptables"));
    findings.add(tool("ipset", "ipset"));
    findings.add(
        new Finding(
            "Netfilter in the kernel",
            Files.exists(Path.of("/proc/net/netfilter"))
                ? Optional.empty()
                : Optional.of("the kernel has no Netfilter: use one with CONFIG_NETFILTER")));
    return findings;
  }

  private static Finding tool(String name, String debianPackage) {
    boolean found =
        TOOL_DIRECTORIES.stream().anyMatch(path -> Files.isExecutable(path.resolve(name)));
    return new Finding(
        "command " + name,
        found ? Optional.empty() : Optional.of("apt-get install " + debianPackage));
  }

  private static boolean hasNetAdmin() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapEff:")) {
        long effective = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (effective >>> CAP_NET_ADMIN & 1) == 1;
      }
    }
    return false;
  }
}
