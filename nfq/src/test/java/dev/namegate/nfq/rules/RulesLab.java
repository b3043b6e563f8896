// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces of one test: a host, and if asked for a workload and a server behind it.
 *
 * <pre>
 *   workload  10.1.0.2 ── cali1  host  eth0 ── 10.2.0.2  server
 *             fd01::2    10.1.0.1      10.2.0.1 fd02::2
 * </pre>
 */
final class RulesLab implements AutoCloseable {
  static final String WORKLOAD = "wl";
  static final String HOST = "host";
  static final String SERVER = "srv";

  private static final int PROBE_PORT = 5300;
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String prefix =
      "ngr-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet() + "-";
  private final Deque<String> namespaces = new ArrayDeque<>();
  private final Deque<Process> processes = new ArrayDeque<>();

  /** A host alone. */
  static RulesLab host() throws Exception {
    assumeNamespaces();
    RulesLab lab = new RulesLab();
    try {
      lab.addNamespace(HOST);
      return lab;
    } catch (Exception | Error e) {
      lab.close();
      throw e;
    }
  }

  /** The whole picture, routed, both families. */
  static RulesLab withWorkloadAndServer() throws Exception {
    RulesLab lab = host();
    try {
      lab.addNamespace(WORKLOAD);
      lab.addNamespace(SERVER);
      lab.connect(WORKLOAD, "cali1", "1");
      lab.connect(SERVER, "eth0", "2");
      lab.run(HOST, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
      return lab;
    } catch (Exception | Error e) {
      lab.close();
      throw e;
    }
  }

  private static void assumeNamespaces() throws IOException {
    boolean root = Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward"));
    Assumptions.assumeTrue(root, "SKIPPED: needs root to make network namespaces");
  }

  private void addNamespace(String name) throws Exception {
    command(CommandRunner.here(), "ip netns add " + prefix + name);
    namespaces.push(name);
    run(name, "sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0");
    run(name, "ip link set lo up");
  }

  private void connect(String peer, String hostInterface, String net) throws Exception {
    run(HOST, "ip link add " + hostInterface + " type veth peer name up0 netns " + prefix + peer);
    for (String family : List.of("10." + net + ".0.%s/24", "fd0" + net + "::%s/64")) {
      run(HOST, "ip addr add " + String.format(family, "1") + " dev " + hostInterface);
      run(peer, "ip addr add " + String.format(family, "2") + " dev up0");
    }
    run(HOST, "ip link set " + hostInterface + " up");
    run(peer, "ip link set up0 up");
    run(peer, "ip route add default via 10." + net + ".0.1");
    run(peer, "ip -6 route add default via fd0" + net + "::1");
  }

  CommandRunner runner(String namespace) {
    return CommandRunner.inNamespace(prefix + namespace);
  }

  /** Runs a command that must succeed and returns what it printed. */
  String run(String namespace, String command) throws Exception {
    return command(runner(namespace), command);
  }

  private static String command(CommandRunner runner, String command) throws KernelRulesException {
    CommandRunner.Result result = runner.run(List.of(command.split(" ", -1)), "");
    assertEquals(0, result.exitCode(), command + ": " + result.error());
    return result.output();
  }

  boolean succeeds(String namespace, String command) throws Exception {
    return runner(namespace).run(List.of(command.split(" ", -1)), "").exitCode() == 0;
  }

  /** Feeds rules written by hand to a restore command. */
  void restore(String tool, String script) throws Exception {
    CommandRunner.Result result = runner(HOST).run(List.of(tool + "-restore", "--noflush"), script);
    assertEquals(0, result.exitCode(), result.error());
  }

  /** All rules and sets of the host, in both backends, without counters and dates. */
  String everything() throws Exception {
    StringBuilder text = new StringBuilder();
    for (Backend backend : Backend.values()) {
      for (IpFamily family : IpFamily.ALL) {
        run(HOST, family.command(backend, "save"))
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", ""))
            .forEach(line -> text.append(line).append('\n'));
      }
    }
    return text + run(HOST, "ipset save").replaceAll("initval \\S+", "");
  }

  /** How many packets met the rule of this chain that leads to this target. */
  long packets(Backend backend, IpFamily family, String chain, String target) throws Exception {
    Pattern rule = Pattern.compile("\\[(\\d+):\\d+] -A " + chain + " .*-j " + target + "( .*|)");
    long packets = 0;
    String saved = run(HOST, family.command(backend, "save") + " -c");
    for (String line : (Iterable<String>) saved.lines()::iterator) {
      Matcher matcher = rule.matcher(line);
      packets += matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
    return packets;
  }

  /**
   * Whether a UDP exchange with this address works, on a port where no trusted server is; {@link
   * #startDns} must have been called there.
   */
  boolean reaches(String namespace, String options, String address) throws Exception {
    return succeeds(
        namespace,
        "dig +short +tries=1 +time=1 " + options + "-p " + PROBE_PORT + " @" + address + " a.b");
  }

  boolean reaches(String namespace, String address) throws Exception {
    return reaches(namespace, "", address);
  }

  /** Starts DNS servers that know an answer to everything, on port 53 and on one for probes. */
  void startDns(String namespace) throws Exception {
    startDns(namespace, 53);
    startDns(namespace, PROBE_PORT);
  }

  private void startDns(String namespace, int port) throws Exception {
    String command =
        "ip netns exec "
            + prefix
            + namespace
            + " dnsmasq -k --conf-file=/dev/null --pid-file= --no-resolv --no-hosts"
            + " --address=/#/192.0.2.1 --user=root --port="
            + port;
    processes.push(
        new ProcessBuilder(command.split(" ", -1))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
    for (int attempt = 0; attempt < 50; attempt++) {
      if (succeeds(namespace, "dig +short +tries=1 +time=1 @127.0.0.1 -p " + port + " a.b")) {
        return;
      }
    }
    fail("dnsmasq in " + namespace + " does not answer");
  }

  @Override
  public void close() throws KernelRulesException {
    for (Process process : processes) {
      process.destroy();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
    for (String namespace : namespaces) {
      command(CommandRunner.here(), "ip netns delete " + prefix + namespace);
    }
  }
}
