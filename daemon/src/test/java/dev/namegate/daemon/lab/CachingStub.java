// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A resolver that remembers, on the host under test, as people run it there: dnsmasq, unbound
 * (asking in mixed case) and bind9 from Debian. It asks {@link Lab#TRUSTED} port 53 alone.
 */
public enum CachingStub {
  DNSMASQ {
    @Override
    List<String> command(Path directory, List<String> addresses) throws IOException {
      Path conf =
          Files.writeString(
              directory.resolve("dnsmasq.conf"),
              """
              no-resolv
              no-hosts
              bind-interfaces
              user=root
              group=root
              pid-file=
              log-facility=-
              server=%s
              %s
              """
                  .formatted(Lab.TRUSTED, each("listen-address=%s", addresses)));
      return List.of("dnsmasq", "--keep-in-foreground", "--conf-file=" + conf);
    }
  },

  UNBOUND {
    @Override
    List<String> command(Path directory, List<String> addresses) throws IOException {
      Path conf =
          Files.writeString(
              directory.resolve("unbound.conf"),
              """
              server:
                chroot: ""
                username: ""
                pidfile: ""
                use-syslog: no
                module-config: "iterator"
                access-control: 0.0.0.0/0 allow
                access-control: ::0/0 allow
                local-zone: "test." nodefault
                use-caps-for-id: yes
                do-ip6: yes
              %s
              remote-control:
                control-enable: no
              forward-zone:
                name: "."
                forward-addr: %s
              """
                  .formatted(each("  interface: %s", addresses), Lab.TRUSTED));
      return List.of("unbound", "-d", "-c", conf.toString());
    }
  },

  BIND9 {
    @Override
    List<String> command(Path directory, List<String> addresses) throws IOException {
      List<String> v4 = addresses.stream().filter(address -> address.indexOf(':') < 0).toList();
      List<String> v6 = addresses.stream().filter(address -> address.indexOf(':') >= 0).toList();
      Path conf =
          Files.writeString(
              directory.resolve("named.conf"),
              """
              options {
                directory "%s";
                pid-file none;
                session-keyfile none;
                lock-file none;
                listen-on { %s };
                listen-on-v6 { %s };
                allow-query { any; };
                allow-recursion { any; };
                dnssec-validation no;
                empty-zones-enable no;
                forward only;
                forwarders { %s; };
              };
              controls { };
              """
                  .formatted(directory, each("%s;", v4), each("%s;", v6), Lab.TRUSTED));
      return List.of("named", "-g", "-n", "1", "-c", conf.toString());
    }
  };

  private static String each(String format, List<String> addresses) {
    return addresses.stream().map(format::formatted).collect(Collectors.joining("\n"));
  }

  abstract List<String> command(Path directory, List<String> addresses) throws IOException;

  /** Starts it on port 53 of these addresses of the host and waits until it listens there. */
  public BackgroundProcess start(Lab lab, List<String> addresses) {
    String name = "stub-" + name().toLowerCase(Locale.ROOT);
    try {
      Path directory = Files.createDirectories(lab.work().resolve(name));
      BackgroundProcess stub = lab.start(Room.HOST, name, command(directory, addresses));
      addresses.forEach(address -> RealDns.awaitListener(lab, Room.HOST, address, 53, stub));
      return stub;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
