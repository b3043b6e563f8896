// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The name servers that this host itself uses, from {@code resolv.conf(5)}. */
final class ResolvConf {
  static final Path DEFAULT = Path.of("/etc/resolv.conf");

  private ResolvConf() {}

  /** The addresses of the {@code nameserver} lines, in order; a missing file names none. */
  static List<TrustedServer> nameservers(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<TrustedServer> servers = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+", 3);
      if (words.length >= 2 && words[0].equals("nameserver")) {
        server(words[1]).ifPresent(servers::add);
      }
    }
    return servers;
  }

  /** Empty for a link-local address with a scope (fe80::1%eth0) and for slips: glibc skips them. */
  private static Optional<TrustedServer> server(String text) {
    try {
      return Optional.of(new TrustedServer(IpAddress.parse(text), TrustedServerEntry.DNS_PORT));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
