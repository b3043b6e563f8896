// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The name servers that this host itself uses, from {@code resolv.conf(5)}.
 *
 * <p>A file that names the stub of systemd-resolved tells half of it: a process may also ask
 * resolved over D-Bus or varlink, as nss-resolve does, and then no reply of the stub is seen. The
 * servers that resolved itself asks are in a file of its own; their replies are seen either way.
 *
 * @param file what programs of this host read
 * @param resolvedFile where systemd-resolved lists the servers that it asks
 * @spec https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html
 *     systemd-resolved.service(8)
 */
record ResolvConf(Path file, Path resolvedFile) {
  private static final Set<TrustedServer> RESOLVED_STUBS =
      Set.of(
          new TrustedServer(IpAddress.parse("127.0.0.53"), TrustedServerEntry.DNS_PORT),
          new TrustedServer(IpAddress.parse("127.0.0.54"), TrustedServerEntry.DNS_PORT));

  static ResolvConf here() {
    return new ResolvConf(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));
  }

  /** Both files: what either says may change. */
  List<Path> files() {
    return List.of(file, resolvedFile);
  }

  /** The servers of the file in order, and after resolved's stub those that resolved asks. */
  List<TrustedServer> nameservers() throws IOException {
    Set<TrustedServer> servers = new LinkedHashSet<>(nameservers(file));
    if (servers.stream().anyMatch(RESOLVED_STUBS::contains)) {
      servers.addAll(nameservers(resolvedFile));
    }
    return List.copyOf(servers);
  }

  /** The addresses of the {@code nameserver} lines, in order; a missing file names none. */
  private static List<TrustedServer> nameservers(Path file) throws IOException {
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
