// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** dnsmasq on the host as resolver of the workloads; it adds what it resolves to a set. */
record Dnsmasq(Kind kind) implements Variant {
  /** What it adds to. */
  enum Kind {
    PLAIN,
    IPSET,
    NFTSET
  }

  @Override
  public String name() {
    return kind == Kind.PLAIN ? "dnsmasq" : "dnsmasq-" + kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String description() {
    return switch (kind) {
      case PLAIN -> "dnsmasq as resolver";
      case IPSET -> "dnsmasq as resolver, --ipset";
      case NFTSET -> "dnsmasq as resolver, --nftset";
    };
  }

  @Override
  public void start(Bed bed) {
    List<String> command = new ArrayList<>(options());
    if (kind == Kind.IPSET) {
      Sets.create(bed);
      command.add("--ipset=/" + FullPolicy.TOP + "/" + Sets.V4 + "," + Sets.V6);
    } else if (kind == Kind.NFTSET) {
      String sets =
          """
          add table inet bench
          add set inet bench bench4 { type ipv4_addr; flags timeout; timeout 300s; }
          add set inet bench bench6 { type ipv6_addr; flags timeout; timeout 300s; }
          """;
      for (String line : sets.lines().toList()) {
        bed.exec(Room.HOST, "nft", line).orFail();
      }
      command.add("--nftset=/" + FullPolicy.TOP + "/4#inet#bench#bench4,6#inet#bench#bench6");
    }
    bed.startUnready(Room.HOST, process(), command.toArray(String[]::new));
    awaitListener(bed);
  }

  private static List<String> options() {
    return List.of(
        "dnsmasq",
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--no-poll",
        "--bind-interfaces",
        "--user=root",
        "--group=root",
        "--pid-file=",
        "--dns-forward-max=10000",
        // A hundred IPv6 addresses are 2,800 bytes.
        "--edns-packet-max=4096",
        "--listen-address=" + Bed.HOST_INSIDE + "," + Bed.HOST_INSIDE6,
        "--server=" + Bed.TRUSTED);
  }

  private static void awaitListener(Bed bed) {
    for (int tries = 0; tries < 500; tries++) {
      String listening = bed.exec(Room.HOST, "ss", "-Hlnu", "sport = :53").orFail().text();
      if (listening.lines().count() >= 2) {
        return;
      }
      bed.checkAlive();
      Shell.pause(Duration.ofMillis(20));
    }
    throw new BenchFailure("dnsmasq does not listen, see " + bed.log("dnsmasq"));
  }

  @Override
  public String server(int family) {
    return family == 4 ? Bed.HOST_INSIDE : Bed.HOST_INSIDE6;
  }

  @Override
  public String process() {
    return "dnsmasq";
  }

  @Override
  public String check(Bed bed) {
    if (kind == Kind.IPSET) {
      Sets.check(bed);
    } else if (kind == Kind.NFTSET
        && !bed.exec(Room.HOST, "nft", "list set inet bench bench4")
            .orFail()
            .text()
            .contains("elements")) {
      throw new BenchFailure("dnsmasq added nothing to the nftables set");
    }
    return "";
  }
}
