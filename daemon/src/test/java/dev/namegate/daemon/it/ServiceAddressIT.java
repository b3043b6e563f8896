// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A DNS server behind a service address: this host turns the address into the server's own (DNAT),
 * and what counts is whom the client addressed (row T8).
 */
final class ServiceAddressIT {
  private static final String SERVICE4 = "10.96.0.10";
  private static final String SERVICE6 = "fd96::10";

  /** Another one, in front of the same server, that is not trusted. */
  private static final String OTHER4 = "10.96.0.66";

  private static final String OTHER6 = "fd96::66";

  @SuppressWarnings("NullAway.Init") // set before all tests, absent when there is no root
  private static Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeAll
  static void up() {
    lab = Lab.up();
    lab.web();
    List<String> records = new ArrayList<>();
    for (int number = 1; number <= 8; number++) {
      String name = "n" + number + ".service.test. 300 ";
      records.add(name + "A " + Vantage.outside(number, false));
      records.add(name + "AAAA " + Vantage.outside(number, true));
    }
    LabDnsProcess.trusted(lab, records.toArray(String[]::new));
    StringBuilder rules = new StringBuilder();
    for (String hook : List.of("PREROUTING", "OUTPUT")) {
      for (String protocol : List.of("udp", "tcp")) {
        String rule = "%s -t nat -A %s -d %s -p %s --dport 53 -j DNAT --to-destination %s\n";
        for (String address : List.of(SERVICE4, OTHER4)) {
          rules.append(rule.formatted("iptables", hook, address, protocol, Lab.TRUSTED));
        }
        for (String address : List.of(SERVICE6, OTHER6)) {
          rules.append(rule.formatted("ip6tables", hook, address, protocol, Lab.TRUSTED6));
        }
      }
    }
    rules.append("ip route add 10.96.0.0/16 dev eth0; ip -6 route add fd96::/64 dev eth0\n");
    lab.exec(Room.HOST, "sh", "-ec", rules.toString()).orFail();
    DaemonProcess.start(
        lab,
        LabResources.ofAllEndpoints()
            .felix("dnsTrustedServers: ['" + SERVICE4 + "', '" + SERVICE6 + "']")
            .allow(List.of(53), "*.service.test")
            .allowTcp(53)
            .write(lab));
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static void resolve(Room room, String server, String name, boolean v6, String transport) {
    lab.exec(
            room,
            "dig",
            "+short",
            "+tries=1",
            transport.equals("TCP") ? "+tcp" : "+notcp",
            "@" + server,
            name,
            v6 ? "AAAA" : "A")
        .orFail();
  }

  @ParameterizedTest(name = "{0}, {1}, over {2}")
  @CsvSource({
    "1, WORKLOAD, UDP, 4", "2, WORKLOAD, UDP, 6", "3, WORKLOAD, TCP, 4", "4, WORKLOAD, TCP, 6",
    "5, HOST, UDP, 4", "6, HOST, UDP, 6", "7, HOST, TCP, 4", "8, HOST, TCP, 6",
  })
  void t8ClientsOriginalDestinationCounts(int number, Room room, String transport, int version) {
    boolean v6 = version == 6;
    String name = "n" + number + ".service.test";
    String address = Vantage.outside(number, v6);

    resolve(room, v6 ? OTHER6 : OTHER4, name, v6, transport);
    resolve(room, v6 ? Lab.TRUSTED6 : Lab.TRUSTED, name, v6, transport);
    new Connectivity(lab)
        .expectBlocked(room, address, 80, "the same server, under addresses that are not trusted")
        .check();

    resolve(room, v6 ? SERVICE6 : SERVICE4, name, v6, transport);
    new Connectivity(lab)
        .expectReachable(
            room,
            address,
            80,
            "the service address is trusted, " + transport.toLowerCase(Locale.ROOT))
        .check();
  }
}
