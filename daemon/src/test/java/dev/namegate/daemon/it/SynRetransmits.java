// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import java.util.List;

/** SYNs that a room had to send again: each is a first packet that was lost or late. */
final class SynRetransmits {
  private SynRetransmits() {}

  static long of(Lab lab, Room room) {
    // Lines in pairs: the names of the counters, then their values.
    List<String> lines =
        lab.exec(room, "cat", "/proc/net/netstat")
            .orFail()
            .stdout()
            .lines()
            .filter(line -> line.startsWith("TcpExt:"))
            .toList();
    int column = List.of(lines.get(0).split(" ", -1)).indexOf("TCPSynRetrans");
    return Long.parseLong(lines.get(1).split(" ", -1)[column]);
  }
}
