// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.daemon.lab.CommandResult;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import dev.namegate.daemon.stats.Counter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A lab with web servers, the names of a {@link Sites} in its trusted DNS server, and a record of
 * which addresses and ports a connection attempt really arrived at outside.
 */
final class NamesLab implements AutoCloseable {
  /** The endpoints, told apart by their label {@code role}. */
  private static final String ENDPOINTS =
      """
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata:
        name: lab-k8s-client-eth0
        namespace: lab
        labels: {role: client}
      spec:
        node: lab
        orchestrator: k8s
        pod: client
        endpoint: eth0
        interfaceName: cali-wl
        ipNetworks: [10.65.0.2/32, 'fd65::2/128']
      ---
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata:
        name: lab-k8s-neighbour-eth0
        namespace: lab
        labels: {role: neighbour}
      spec:
        node: lab
        orchestrator: k8s
        pod: neighbour
        endpoint: eth0
        interfaceName: cali-wl2
        ipNetworks: [10.65.0.3/32, 'fd65::3/128']
        ports: [{name: dns, protocol: UDP, port: 5300}]
      ---
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata:
        name: lab-eth0
        labels: {role: host}
      spec:
        node: lab
        interfaceName: eth0
        expectedIPs: [192.0.2.1, '2001:db8:2::1']
      """;

  /** Port 5353 of the same addresses is trusted, too: there a test may put a server that errs. */
  static final String TRUST =
      """
      apiVersion: projectcalico.org/v3
      kind: FelixConfiguration
      metadata:
        name: default
      spec:
        dnsPolicyMode: DelayDNSResponse
        dnsTrustedServers:
          - 192.0.2.53
          - '2001:db8:2::53'
          - 192.0.2.53:5353
          - '[2001:db8:2::53]:5353'
      """;

  /** What must not be counted, whatever a test sends. */
  private static final List<Counter> FAULTS =
      List.of(
          Counter.FLOW_FAULTS,
          Counter.DNS_REPLY_FAULTS,
          Counter.FLOWS_UNKNOWN_ENDPOINT,
          Counter.QUEUE_OVERRUNS,
          Counter.DNS_QUERY_COPIES_LOST,
          Counter.DNS_REPLIES_RELEASED_TIMEOUT,
          Counter.VERDICT_ERRORS);

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Lab lab;
  private final Sites sites;
  private @Nullable DaemonProcess daemon;

  private NamesLab(Lab lab, Sites sites) {
    this.lab = lab;
    this.sites = sites;
  }

  static NamesLab up(Sites sites) {
    NamesLab up = new NamesLab(Lab.up(), sites);
    try {
      up.lab.web();
      up.lab.trustedDns(sites.dnsmasq());
      up.watchOutside();
    } catch (RuntimeException | AssertionError e) {
      up.close();
      throw e;
    }
    return up;
  }

  /** Whatever policy says, a SYN that arrives outside leaves its destination in a set. */
  private void watchOutside() {
    outside(
        "ipset create seen4 hash:ip,port; ipset create seen6 hash:ip,port family inet6;"
            + " iptables -t raw -A PREROUTING -p tcp --syn -j SET --add-set seen4 dst,dst;"
            + " ip6tables -t raw -A PREROUTING -p tcp --syn -j SET --add-set seen6 dst,dst");
  }

  void forgetWhatArrived() {
    outside("ipset flush seen4; ipset flush seen6");
  }

  /** What connection attempts arrived at, as {@code ADDRESS,tcp:PORT} each. */
  Set<String> arrived() {
    return outside("ipset save seen4; ipset save seen6")
        .stdout()
        .lines()
        .filter(line -> line.startsWith("add "))
        .map(line -> line.replaceFirst("add seen. (\\S+).*", "$1"))
        .collect(Collectors.toSet());
  }

  private CommandResult outside(String script) {
    return lab.exec(Room.NET, "sh", "-ec", script).orFail();
  }

  Lab lab() {
    return lab;
  }

  Sites sites() {
    return sites;
  }

  /** Starts the daemon on the lab's endpoints and these documents. */
  DaemonProcess enforce(String... documents) {
    Path resources = lab.work().resolve("resources-" + COUNT.incrementAndGet());
    try {
      Files.createDirectories(resources);
      Files.writeString(resources.resolve("endpoints.yaml"), ENDPOINTS);
      Files.writeString(resources.resolve("policy.yaml"), String.join("---\n", documents));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon = DaemonProcess.start(lab, resources);
    return daemon;
  }

  /** A test's steps, taken by workload and host over both families. */
  Scene everywhere() {
    return new Scene(this, List.of(Vantage.values()));
  }

  Scene from(List<Vantage> vantages) {
    return new Scene(this, vantages);
  }

  /**
   * Ends the daemon, so that another can be started.
   *
   * @throws AssertionError when it met a fault of its own in the meantime
   */
  void stop() {
    DaemonProcess stopping = daemon;
    if (stopping != null) {
      daemon = null;
      LiveStatus status = new LiveStatus(stopping);
      FAULTS.forEach(fault -> assertEquals(0, status.count(fault), stopping.process()::log));
      assertEquals(0, stopping.stop(), stopping.process()::log);
    }
  }

  /**
   * Ends the lab.
   *
   * @throws AssertionError when the daemon met a fault of its own in the meantime
   */
  @Override
  public void close() {
    try {
      stop();
    } finally {
      lab.close();
    }
  }
}
