// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The daemon of this checkout, run by {@code scripts/namegate} as a user runs it.
 *
 * @param name its name in tables
 * @param mode the {@code dnsPolicyMode}
 * @param policy what it enforces
 * @param settings what differs from the default settings
 * @param learns whether all listed names are looked up before it is measured
 */
record Namegate(
    String name, String mode, FullPolicy policy, Map<String, String> settings, boolean learns)
    implements Variant {
  private static final String NODE = "bench";
  private static final Pattern COUNTER = Pattern.compile("\"([a-z0-9_]+)\" *: *([1-9][0-9]*)");

  /** The servers listen on this address, too, but no name led there. */
  private static final String NEVER_LEARNT = "198.51.100.1";

  /** Each new flow is decided by the daemon. */
  static Namegate byQueue(FullPolicy policy) {
    return new Namegate(
        "namegate-queue", "DelayDNSResponse", policy, Map.of("kernelFastPath", "Disabled"), true);
  }

  /** As {@link #byQueue}, with room for all addresses of a large policy over IPv6. */
  static Namegate ofScale(FullPolicy policy) {
    int names = Math.max(65_536, 2 * policy.domains());
    int addresses = Math.max(131_072, 2 * policy.addresses());
    Map<String, String> settings =
        Map.of(
            "kernelFastPath", "Disabled", "maxNames", "" + names, "maxAddresses", "" + addresses);
    return new Namegate("p" + policy.policies(), "DelayDNSResponse", policy, settings, false);
  }

  /** As {@link #byQueue}, with a queue that takes a burst. */
  static Namegate underOverload(String name, FullPolicy policy, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.put("kernelFastPath", "Disabled");
    settings.put("queueLength", "65536");
    settings.put("receiveBufferBytes", "" + (128 << 20));
    return new Namegate(name, "DelayDNSResponse", policy, settings, true);
  }

  /** The kernel accepts by itself what the daemon told it. */
  static Namegate byFastPath(FullPolicy policy) {
    return new Namegate("namegate", "DelayDNSResponse", policy, Map.of(), true);
  }

  /** In this mode, with nothing learnt before. */
  static Namegate inMode(String name, String mode, FullPolicy policy) {
    return new Namegate(name, mode, policy, Map.of(), false);
  }

  /** The same with more settings; those here stay. */
  Namegate with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(more);
    all.putAll(settings);
    return new Namegate(name, mode, policy, all, learns);
  }

  @Override
  public String description() {
    return "namegate, %s, %,d policies with %,d domains%s%s"
        .formatted(
            mode,
            policy.policies() + 1,
            policy.domains(),
            learns ? ", %,d addresses learnt by real replies".formatted(policy.addresses()) : "",
            settings.isEmpty() ? "" : ", " + settings);
  }

  @Override
  public void start(Bed bed) {
    Path resources = bed.work().resolve("resources");
    policy.write(resources, mode, settings);
    startAgain(bed);
    if (learns) {
      learn(bed);
    }
  }

  /** Starts it on the resources that are there, when no other runs in the lab. */
  void startAgain(Bed bed) {
    String[] run = {
      "run",
      "--resources=" + bed.work().resolve("resources"),
      "--node=" + NODE,
      "--run-dir=" + runDirectory(bed)
    };
    bed.start(Room.HOST, process(), daemon(bed, run));
  }

  /** By real lookups of the workload and of the host, so that either has its flows accepted. */
  private void learn(Bed bed) {
    for (Room room : new Room[] {Room.WORKLOAD, Room.HOST}) {
      for (int family : new int[] {4, 6}) {
        // As many as the daemon's default bound has room for: IPv6 has a tenth.
        int names = family == 4 ? policy.domains() : Math.max(1, policy.domains() / 10);
        Load.in(bed, room).lookUpAll(server(family), names, family);
      }
    }
  }

  @Override
  public String process() {
    return "daemon";
  }

  @Override
  public String check(Bed bed) {
    Load.in(bed, Room.WORKLOAD).expectDenied(NEVER_LEARNT);
    Load.in(bed, Room.HOST).expectDenied(NEVER_LEARNT);
    String[] status = daemon(bed, "status", "--json", "--run-dir=" + runDirectory(bed));
    String counters = counters(bed.exec(Room.HOST, status).orFail().text());
    boolean queued = settings.getOrDefault("kernelFastPath", "Enabled").equals("Disabled");
    String expected = queued ? "flows_allowed" : "fast_path_added";
    if (learns && !counters.contains(expected + " ")) {
      throw new BenchFailure(
          "%s is 0: the flows took another way than was meant; it counted %s"
              .formatted(expected, counters));
    }
    return counters;
  }

  /** Those counters that are not 0. */
  private static String counters(String json) {
    return COUNTER
        .matcher(json)
        .results()
        .map(counter -> counter.group(1) + " " + counter.group(2))
        .collect(Collectors.joining(", "));
  }

  static Path runDirectory(Bed bed) {
    return bed.work().resolve("run");
  }

  /** Where its JVM tells of garbage collections. */
  static Path pauseLog(Bed bed) {
    return bed.work().resolve("gc.log");
  }

  private static String[] daemon(Bed bed, String... arguments) {
    // What this machine says about Felix is not for us.
    List<String> command = new ArrayList<>(List.of("env", "NAMEGATE_FELIX_CONFIG=/dev/null"));
    if (arguments[0].equals("run")) {
      String options = System.getenv().getOrDefault("NAMEGATE_JAVA_OPTS", "");
      command.add("NAMEGATE_JAVA_OPTS=" + options + " -Xlog:gc:file=" + pauseLog(bed));
    }
    command.addAll(bed.checkout().daemon());
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }
}
