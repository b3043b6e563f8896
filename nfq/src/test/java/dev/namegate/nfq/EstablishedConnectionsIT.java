// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.io.Closeable;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsNetns
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EstablishedConnectionsIT {
  private final NetworkNamespace inside = NetworkNamespace.open();
  private final List<Closeable> opened = new ArrayList<>();
  private final EstablishedConnections connections = new EstablishedConnections();

  EstablishedConnectionsIT() throws Exception {}

  @BeforeEach
  void giveAddressesAndTrackConnections() throws Exception {
    for (String tool : List.of("iptables", "ip6tables")) {
      boolean v4 = tool.equals("iptables");
      // Without duplicate address detection, which would keep the address from being a source.
      inside.execute(
          ("ip addr add " + (v4 ? "10.9.0.1/32" : "fd09::1/128 nodad") + " dev lo").split(" ", -1));
      String net = v4 ? "10.9.1.0/24" : "fd09:1::/64";
      String own = v4 ? "10.9.0.1" : "fd09::1";
      inside.execute("ip", "route", "add", net, "dev", "lo", "src", own);
      inside.execute(
          tool, "-w", "-A", "OUTPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
      inside.execute(tool, "-w", "-t", "nat", "-A", "OUTPUT", "-d", net, "-j", "DNAT", "--to", own);
    }
  }

  @AfterEach
  void leave() throws Exception {
    for (Closeable each : opened) {
      each.close();
    }
    inside.close();
  }

  private <T extends Closeable> T keep(T each) {
    opened.add(each);
    return each;
  }

  private ServerSocket listen(String address) throws Exception {
    return keep(inside.call(() -> new ServerSocket(0, 500, InetAddress.getByName(address))));
  }

  private Socket connect(String to, int port) throws Exception {
    return keep(inside.call(() -> new Socket(InetAddress.getByName(to), port)));
  }

  private List<String> told() throws Exception {
    List<String> told = new ArrayList<>();
    inside.run(
        () ->
            connections.forEachEstablishedTcp(
                (clientHi, clientLo, dstHi, dstLo) ->
                    told.add(
                        new IpAddress(clientHi, clientLo) + " > " + new IpAddress(dstHi, dstLo))));
    return told;
  }

  @Test
  void tellsNothingWhereNothingIsConnected() throws Exception {
    assertEquals(List.of(), told());
  }

  @Test
  void tellsConnectionsOfBothFamiliesButNoOtherProtocol() throws Exception {
    try (DatagramSocket udp = inside.call(DatagramSocket::new)) {
      for (String to : List.of("10.9.0.1", "fd09::1")) {
        connect(to, listen(to).getLocalPort());
        udp.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName(to), 5000));
      }
    }

    // conntrack's table is in the order of its hash, whose seed is new with each start of the
    // machine
    assertEquals(
        List.of("10.9.0.1 > 10.9.0.1", "fd09::1 > fd09::1"), told().stream().sorted().toList());
  }

  @Test
  void tellsTheDestinationAfterDnat() throws Exception {
    connect("10.9.1.77", listen("10.9.0.1").getLocalPort());
    connect("fd09:1::77", listen("fd09::1").getLocalPort());
    connect("127.0.0.1", listen("127.0.0.1").getLocalPort());

    assertEquals(
        List.of("10.9.0.1 > 10.9.0.1", "127.0.0.1 > 127.0.0.1", "fd09::1 > fd09::1"),
        told().stream().sorted().toList());
  }

  @Test
  void tellsNoConnectionThatIsClosing() throws Exception {
    Socket socket = connect("10.9.0.1", listen("10.9.0.1").getLocalPort());
    assertEquals(1, told().size());

    socket.close();

    assertEquals(List.of(), told());
  }

  @Test
  void tellsMoreConnectionsThanFitOneDatagram() throws Exception {
    ServerSocket server = listen("fd09::1");
    for (int i = 0; i < 400; i++) {
      connect("fd09::1", server.getLocalPort());
    }

    List<String> told = told();

    assertTrue(told.size() >= 400, () -> told.size() + " told");
    assertEquals(1, new TreeSet<>(told).size());
  }
}
