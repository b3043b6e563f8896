// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.Room;
import java.util.ArrayList;
import java.util.List;

/**
 * Many endpoints in one lab, so that one daemon serves many rows: each name is a workload of the
 * namespace {@code lines} and a host endpoint, both with the label {@code line}, with an interface
 * and with addresses of their own. {@link Volley} sends packets through them.
 *
 * <p>Beside them stands the line {@value #OPEN}, which everything is allowed to.
 */
final class Lines {
  static final String OPEN = "open";

  static final String NAMESPACE = "lines";

  private static final int FIRST_ADDRESS = 10;

  /** Where a line starts. */
  enum Side {
    /** In a workload, and through its interface into the host. */
    WORKLOAD(Room.WORKLOAD, Room.HOST, "cali-", "10.65.0.", "fd65::", ""),
    /** On the host, and out through the interface of a host endpoint. */
    HOST(Room.HOST, Room.NET, "", "192.0.2.", "2001:db8:2::", "hep-");

    private final Room near;
    private final Room far;
    private final String farPrefix;
    private final String net;
    private final String net6;
    private final String nearPrefix;

    Side(Room near, Room far, String farPrefix, String net, String net6, String nearPrefix) {
      this.near = near;
      this.far = far;
      this.farPrefix = farPrefix;
      this.net = net;
      this.net6 = net6;
      this.nearPrefix = nearPrefix;
    }

    /** Where its packets are sent. */
    Room room() {
      return near;
    }

    /** The interface that they are sent through. */
    String device(String line) {
      return nearPrefix + line;
    }
  }

  private static final String ALLOW_OPEN =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata:
        name: open
      spec:
        selector: line == 'open'
        types: [Egress]
        egress: [{action: Allow}]
      """;

  private final NamesLab names;
  private final List<String> ids;

  private Lines(NamesLab names, List<String> ids) {
    this.names = names;
    this.ids = ids;
  }

  /** Makes the interfaces, and has the outside note where each packet came from and went. */
  static Lines up(NamesLab names, String... ids) {
    List<String> all = new ArrayList<>(List.of(ids));
    all.add(OPEN);
    Lines lines = new Lines(names, List.copyOf(all));
    List<String> script = new ArrayList<>();
    for (Side side : Side.values()) {
      all.forEach(line -> lines.link(side, line, script));
    }
    names.lab().exec(Room.NET, "sh", "-ec", String.join("\n", script)).orFail();
    names
        .lab()
        .exec(
            Room.NET,
            "sh",
            "-ec",
            "ipset create shot4 hash:ip,port,ip; ipset create shot6 hash:ip,port,ip family inet6;"
                + " iptables -t raw -A PREROUTING -j SET --add-set shot4 src,dst,dst;"
                + " ip6tables -t raw -A PREROUTING -j SET --add-set shot6 src,dst,dst")
        .orFail();
    return lines;
  }

  private void link(Side side, String line, List<String> script) {
    int number = ids.indexOf(line) + 1;
    String near = side.device(line);
    String far = side.farPrefix + line;
    String nearMac = "02:00:00:%02x:%02x:01".formatted(side.ordinal(), number);
    String farMac = "02:00:00:%02x:%02x:02".formatted(side.ordinal(), number);
    String nearRoom = names.lab().namespace(side.near);
    String farRoom = names.lab().namespace(side.far);
    script.add(
        "ip link add %s netns %s address %s type veth peer name %s netns %s address %s"
            .formatted(near, nearRoom, nearMac, far, farRoom, farMac));
    script.add("ip -n %s link set %s up".formatted(farRoom, far));
    // Neighbours are given, so that nobody has to ask for them. The metric keeps these routes out
    // of the way of all that is not bound to the interface.
    script.add(
        """
        ip -n %1$s -batch - <<END
        link set %2$s up
        address add %3$s/32 dev %2$s
        address add %4$s/128 dev %2$s nodad
        neighbour add 169.254.9.9 lladdr %5$s dev %2$s nud permanent
        neighbour add fe80::9 lladdr %5$s dev %2$s nud permanent
        route add default via 169.254.9.9 dev %2$s onlink metric %6$d
        route add default via fe80::9 dev %2$s metric %6$d
        END"""
            .formatted(
                nearRoom,
                near,
                source(side, line, false),
                source(side, line, true),
                farMac,
                10_000 + number));
  }

  /** The address of a line's own. */
  String source(Side side, String line, boolean v6) {
    int index = ids.indexOf(line);
    if (index < 0) {
      throw new IllegalArgumentException("no line " + line);
    }
    return v6 ? side.net6 + (FIRST_ADDRESS + index) : side.net + (FIRST_ADDRESS + index + 90);
  }

  NamesLab names() {
    return names;
  }

  /** What describes this line's two endpoints, with a list of profiles. */
  String endpoints(String line, String profiles) {
    return """
    apiVersion: projectcalico.org/v3
    kind: WorkloadEndpoint
    metadata:
      name: lab-k8s-%1$s-eth0
      namespace: lines
      labels: {line: '%1$s', projectcalico.org/orchestrator: k8s}
    spec:
      node: lab
      orchestrator: k8s
      pod: '%1$s'
      endpoint: eth0
      interfaceName: cali-%1$s
      ipNetworks: [%2$s/32, '%3$s/128']
      profiles: %4$s
    ---
    apiVersion: projectcalico.org/v3
    kind: HostEndpoint
    metadata:
      name: lab-hep-%1$s
      labels: {line: '%1$s'}
    spec:
      node: lab
      interfaceName: hep-%1$s
      profiles: %4$s
    """
        .formatted(
            line, source(Side.WORKLOAD, line, false), source(Side.WORKLOAD, line, true), profiles);
  }

  /** What describes all lines, none with a profile but those that documents describe themselves. */
  List<String> documents(String... documents) {
    List<String> all = new ArrayList<>(List.of(documents));
    String given = String.join("\n", documents);
    for (String line : ids) {
      if (!given.contains("lab-hep-" + line + "\n")) {
        all.add(endpoints(line, "[]"));
      }
    }
    all.add(ALLOW_OPEN);
    return all;
  }

  /** A workload of another node, which is outside: what selectors of rules can pick. */
  static String elsewhere(String name, String namespace, String address, String... more) {
    return """
    apiVersion: projectcalico.org/v3
    kind: WorkloadEndpoint
    metadata:
      name: far-k8s-%1$s-eth0
      namespace: %2$s
      labels: {is: '%1$s'}
    spec:
      node: far
      orchestrator: k8s
      pod: '%1$s'
      endpoint: eth0
      interfaceName: cali-%1$s
      ipNetworks: [%3$s]
    """
            .formatted(name, namespace, address)
        + String.join("", List.of(more).stream().map(line -> "  " + line + "\n").toList());
  }

  /** Packets from workload and host. */
  Volley from(String line) {
    return new Volley(this, List.of(Side.values()), line);
  }

  /** Packets from the workload alone. */
  Volley fromWorkload(String line) {
    return new Volley(this, List.of(Side.WORKLOAD), line);
  }

  /** Packets from the host alone. */
  Volley fromHost(String line) {
    return new Volley(this, List.of(Side.HOST), line);
  }
}
