// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Retransmissions that the TCP of this process's network namespace has made.
 *
 * @param segments every segment sent again ({@code Tcp RetransSegs})
 * @param syns SYNs and SYN-ACKs sent again ({@code TcpExt TCPSynRetrans})
 */
record TcpCounters(long segments, long syns) {
  static TcpCounters now() throws IOException {
    return new TcpCounters(
        read("/proc/net/snmp", "Tcp:", "RetransSegs"),
        read("/proc/net/netstat", "TcpExt:", "TCPSynRetrans"));
  }

  TcpCounters since(TcpCounters before) {
    return new TcpCounters(segments - before.segments, syns - before.syns);
  }

  /** These files have lines in pairs: the names of a group's counters, then their values. */
  private static long read(String file, String group, String counter) throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(group)).toList();
    List<String> names = List.of(lines.get(0).split(" ", -1));
    int column = names.indexOf(counter);
    if (column < 0) {
      throw new IOException(file + " has no " + group + " " + counter);
    }
    return Long.parseLong(lines.get(1).split(" ", -1)[column]);
  }
}
