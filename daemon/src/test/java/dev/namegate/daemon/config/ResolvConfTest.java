// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTest {
  @TempDir private Path directory;

  @Test
  void readsTheNameserverLinesInOrder() throws IOException {
    Path file = directory.resolve("resolv.conf");
    Files.writeString(
        file,
        """
        # a comment
        search example.com
        nameserver 192.0.2.53
          nameserver\t2001:db8::53 # trailing
        nameserver fe80::1%eth0
        nameserver not-an-address
        nameserver
        options ndots:5
        """);

    assertEquals(List.of(server("192.0.2.53"), server("2001:db8::53")), nameservers(file));
  }

  @Test
  void findsNoneInAFileThatIsNotThere() throws IOException {
    assertEquals(List.of(), nameservers(directory.resolve("nothing")));
  }

  @Test
  void addsTheServersThatResolvedAsksToItsStub() throws IOException {
    Path file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.53\n");
    Files.writeString(
        directory.resolve("resolved.conf"),
        "nameserver 192.0.2.53\nnameserver 127.0.0.53\nnameserver 2001:db8::53\n");

    assertEquals(
        List.of(server("127.0.0.53"), server("192.0.2.53"), server("2001:db8::53")),
        nameservers(file));
  }

  @Test
  void asksNotForResolvedsServersWhereItsStubIsNotNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    Files.writeString(directory.resolve("resolved.conf"), "nameserver 192.0.2.53\n");

    assertEquals(List.of(server("127.0.0.1")), nameservers(file));
  }

  private List<TrustedServer> nameservers(Path file) throws IOException {
    return new ResolvConf(file, directory.resolve("resolved.conf")).nameservers();
  }

  private static TrustedServer server(String address) {
    return new TrustedServer(IpAddress.parse(address), 53);
  }
}
