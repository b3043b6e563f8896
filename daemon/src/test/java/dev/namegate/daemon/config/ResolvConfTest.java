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

    assertEquals(
        List.of(
            new TrustedServer(IpAddress.parse("192.0.2.53"), 53),
            new TrustedServer(IpAddress.parse("2001:db8::53"), 53)),
        ResolvConf.nameservers(file));
  }

  @Test
  void findsNoneInAFileThatIsNotThere() throws IOException {
    assertEquals(List.of(), ResolvConf.nameservers(directory.resolve("nothing")));
  }
}
