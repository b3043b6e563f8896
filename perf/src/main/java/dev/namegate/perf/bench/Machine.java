// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the figures were measured on, a line for each fact. */
final class Machine {
  private static final String HALT_POLL = "/sys/module/haltpoll/parameters/guest_halt_poll_ns";

  private Machine() {}

  static List<String> describe(Checkout checkout) {
    List<String> facts = new ArrayList<>();
    facts.add(
        "CPU: %s, %d online"
            .formatted(
                value("/proc/cpuinfo", "model name"), Runtime.getRuntime().availableProcessors()));
    facts.add("memory: " + value("/proc/meminfo", "MemTotal"));
    facts.add("kernel: " + first("uname", "-r"));
    facts.add("idle driver: " + file("/sys/devices/system/cpu/cpuidle/current_driver"));
    facts.add("guest_halt_poll_ns: " + file(HALT_POLL));
    facts.add("load average before: " + file("/proc/loadavg"));
    facts.add("JVM: " + System.getProperty("java.vm.version"));
    facts.add(
        "JVM options of the user: " + System.getenv().getOrDefault("NAMEGATE_JAVA_OPTS", "none"));
    facts.add("gcc: " + first("gcc", "--version"));
    facts.add("iptables: " + first("iptables", "--version"));
    facts.add("ipset: " + first("ipset", "--version"));
    facts.add("dnsmasq: " + first("dnsmasq", "--version"));
    facts.add("opensnitch: " + version("opensnitch"));
    facts.add(
        "commit: "
            + first("git", "-C", checkout.root().toString(), "describe", "--always", "--dirty"));
    return facts;
  }

  private static String version(String debianPackage) {
    return OpenSnitch.isInstalled()
        ? first("dpkg-query", "-W", "-f", "${Version}", debianPackage)
        : "not installed";
  }

  private static String first(String... command) {
    try {
      return Shell.run(command).text().lines().findFirst().orElse("unknown");
    } catch (BenchFailure e) {
      return "unknown";
    }
  }

  private static String file(String path) {
    try {
      return Files.readString(Path.of(path)).trim();
    } catch (IOException e) {
      return "none";
    }
  }

  private static String value(String path, String key) {
    return file(path)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse("unknown");
  }
}
