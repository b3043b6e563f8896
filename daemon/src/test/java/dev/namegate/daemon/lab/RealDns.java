// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A DNS server that people really use, with a zone of its own: dnsmasq, unbound and bind9 from
 * Debian.
 *
 * <p>Each answers with all that it would ever say ({@code minimal-responses} off), up to 4096 bytes
 * over UDP, and fails for the names below {@link #brokenZone}.
 */
public enum RealDns {
  DNSMASQ {
    @Override
    List<String> command(Path directory, List<String> addresses, int port, List<String> records)
        throws IOException {
      List<String> lines = new ArrayList<>(DNSMASQ_ALWAYS);
      lines.add("port=" + port);
      lines.add("local=/" + zone() + "/");
      addresses.forEach(address -> lines.add("listen-address=" + address));
      for (String record : records) {
        String[] fields = record.split(" ", 4);
        String owner = withoutDot(fields[0]);
        boolean alias = fields[2].equals("CNAME");
        String data = alias ? withoutDot(fields[3]) : fields[3];
        String option = alias ? "cname" : "host-record";
        lines.add(option + "=" + owner + "," + data + "," + fields[1]);
      }
      Path conf = Files.write(directory.resolve("dnsmasq.conf"), lines);
      return List.of("dnsmasq", "--keep-in-foreground", "--conf-file=" + conf);
    }
  },

  UNBOUND {
    @Override
    List<String> command(Path directory, List<String> addresses, int port, List<String> records)
        throws IOException {
      StringBuilder interfaces = new StringBuilder();
      addresses.forEach(
          address ->
              interfaces
                  .append("  interface: ")
                  .append(address)
                  .append('@')
                  .append(port)
                  .append('\n'));
      Path conf =
          Files.writeString(
              directory.resolve("unbound.conf"),
              UNBOUND_CONF.formatted(
                  interfaces, zone(), zone(), zoneFile(directory, records), brokenZone()));
      return List.of("unbound", "-d", "-c", conf.toString());
    }
  },

  BIND9 {
    @Override
    List<String> command(Path directory, List<String> addresses, int port, List<String> records)
        throws IOException {
      StringBuilder v4 = new StringBuilder();
      StringBuilder v6 = new StringBuilder();
      addresses.forEach(
          address -> (address.indexOf(':') < 0 ? v4 : v6).append(address).append("; "));
      Path conf =
          Files.writeString(
              directory.resolve("named.conf"),
              NAMED_CONF.formatted(
                  directory,
                  port,
                  v4,
                  port,
                  v6,
                  zone(),
                  zoneFile(directory, records),
                  brokenZone(),
                  directory.resolve("no-such-file")));
      return List.of("named", "-g", "-n", "1", "-c", conf.toString());
    }
  };

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final List<String> DNSMASQ_ALWAYS =
      List.of(
          "no-resolv",
          "no-hosts",
          "bind-interfaces",
          "user=root",
          "group=root",
          "pid-file=",
          "edns-packet-max=4096",
          "log-facility=-");

  private static final String UNBOUND_CONF =
      """
      server:
        chroot: ""
        username: ""
        pidfile: ""
        use-syslog: no
        module-config: "iterator"
        do-not-query-localhost: no
      %s  access-control: 0.0.0.0/0 allow
        access-control: ::0/0 allow
        minimal-responses: no
        edns-buffer-size: 4096
        max-udp-size: 4096
        local-zone: "test." nodefault
        local-zone: "%s." nodefault
      remote-control:
        control-enable: no
      auth-zone:
        name: "%s."
        zonefile: "%s"
        fallback-enabled: no
        for-downstream: yes
        for-upstream: yes
      auth-zone:
        name: "%s."
        primary: 127.0.0.1@9
        fallback-enabled: no
        for-downstream: yes
        for-upstream: yes
      """;

  private static final String NAMED_CONF =
      """
      options {
        directory "%s";
        pid-file none;
        session-keyfile none;
        lock-file none;
        listen-on port %d { %s };
        listen-on-v6 port %d { %s };
        recursion no;
        allow-query { any; };
        minimal-responses no;
        dnssec-validation no;
        empty-zones-enable no;
        notify no;
        edns-udp-size 4096;
        max-udp-size 4096;
      };
      controls { };
      zone "%s" { type primary; file "%s"; };
      zone "%s" { type primary; file "%s"; };
      """;

  /** Its zone, such as {@code bind9.test}. */
  public String zone() {
    return name().toLowerCase(Locale.ROOT) + ".test";
  }

  /** The domain for which it answers with an error. */
  public String brokenZone() {
    return name().toLowerCase(Locale.ROOT) + ".broken";
  }

  /** The command that serves this; what it needs is written to the directory. */
  abstract List<String> command(
      Path directory, List<String> addresses, int port, List<String> records) throws IOException;

  /**
   * Starts it and waits until it answers.
   *
   * @param records {@code name ttl type data} each, in its zone, names in full with the last dot
   */
  public BackgroundProcess start(
      Lab lab, Room room, int port, List<String> addresses, List<String> records) {
    try {
      Path directory = Files.createDirectories(lab.work().resolve(zone() + "-" + port));
      BackgroundProcess server =
          lab.start(room, zone(), command(directory, addresses, port, records));
      addresses.forEach(address -> awaitListener(lab, room, address, port, server));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the server listens there; no question that could be learnt is asked. */
  static void awaitListener(
      Lab lab, Room room, String address, int port, BackgroundProcess server) {
    String socket = (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    while (lab.exec(room, "ss", "-Hlnu")
        .stdout()
        .lines()
        .noneMatch(each -> each.contains(socket))) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("nobody listens on " + socket + ": " + server.log());
      }
    }
  }

  Path zoneFile(Path directory, List<String> records) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(zone() + ". 300 SOA ns." + zone() + ". root." + zone() + ". 1 3600 600 86400 60");
    lines.add(zone() + ". 300 NS ns." + zone() + ".");
    lines.addAll(records);
    return Files.write(directory.resolve("zone"), lines);
  }

  static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
