// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The daemon of this checkout, with policies as large as they are asked for.
 *
 * @param name its name in tables
 * @param mode the {@code dnsPolicyMode}
 * @param policy what it enforces
 * @param settings what differs from the default settings
 * @param jvmOptions what differs from the default options
 * @param learns whether all listed names are looked up before it is measured
 */
record Namegate(
    String name,
    String mode,
    FullPolicy policy,
    Map<String, String> settings,
    String jvmOptions,
    boolean learns)
    implements Variant {
  static final String NODE = "bench";

  private static final String HOLD = "DelayDNSResponse";
  private static final Map<String, String> QUEUE_ONLY = Map.of("kernelFastPath", "Disabled");

  private static final Map<String, String> ROOM =
      Map.of("maxNames", "1048576", "maxAddresses", "1048576", "maxFastPathEntries", "1048576");

  /** What counts a packet that was sent where nothing leads. */
  private static final Set<String> DENIALS =
      Set.of("flows_denied", "held_timed_out", "held_denied_again");

  /** The servers listen on these addresses, too, but no name led there. */
  private static final Map<Integer, String> NEVER_LEARNT =
      Map.of(4, "198.51.100.1", 6, "2001:db8:100::1");

  /** Each new flow is decided by the daemon. */
  static Namegate byQueue(FullPolicy policy) {
    return new Namegate("namegate-queue", HOLD, policy, QUEUE_ONLY, "", true);
  }

  /** As {@link #byQueue}, with room for all addresses of a large policy over IPv6. */
  static Namegate ofScale(String name, FullPolicy policy) {
    Map<String, String> settings = new TreeMap<>(QUEUE_ONLY);
    settings.put("maxNames", "" + Math.max(65_536, 2 * policy.domains()));
    settings.put("maxAddresses", "" + Math.max(131_072, 2 * policy.addresses()));
    String heap = policy.domains() > FullPolicy.FULL.domains() ? "-Xmx2g" : "";
    return new Namegate(name, HOLD, policy, settings, heap, false);
  }

  /** As {@link #byQueue}, with a queue that takes a burst. */
  static Namegate underOverload(String name, FullPolicy policy, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.putAll(QUEUE_ONLY);
    settings.put("queueLength", "65536");
    settings.put("receiveBufferBytes", "" + (128 << 20));
    return new Namegate(name, HOLD, policy, settings, "", true);
  }

  /** The kernel accepts by itself what the daemon told it. */
  static Namegate byFastPath(FullPolicy policy) {
    return new Namegate("namegate", HOLD, policy, Map.of(), "", true);
  }

  /**
   * In this mode, with nothing learnt before, and room for what a run asks: the sets of those it is
   * compared with never need to drop anything either.
   */
  static Namegate inMode(String name, String mode, FullPolicy policy) {
    return new Namegate(name, mode, policy, ROOM, "", false);
  }

  /** The same under another name. */
  Namegate named(String otherName) {
    return new Namegate(otherName, mode, policy, settings, jvmOptions, learns);
  }

  /** The same with more settings; those here stay. */
  Namegate with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(more);
    all.putAll(settings);
    return new Namegate(name, mode, policy, all, jvmOptions, learns);
  }

  /** Whether each new flow comes to it. */
  private boolean isByQueue() {
    return settings.getOrDefault("kernelFastPath", "Enabled").equals("Disabled");
  }

  @Override
  public String description() {
    return "namegate, %s, %s%s%s%s"
        .formatted(
            mode,
            policy,
            learns ? ", %,d addresses learnt by real replies".formatted(policy.addresses()) : "",
            settings.isEmpty() ? "" : ", " + settings,
            jvmOptions.isEmpty() ? "" : ", " + jvmOptions);
  }

  @Override
  public void start(Bed bed) {
    policy.makeInterfaces(bed);
    policy.write(DaemonProcess.resources(bed), mode, settings);
    startAgain(bed);
    DaemonProcess.checkNoErrors(bed);
    if (learns) {
      learn(bed);
    }
  }

  /** Starts it on the resources that are there, when no other runs in the lab; milliseconds. */
  double startAgain(Bed bed) {
    return DaemonProcess.start(bed, NODE, jvmOptions).toNanos() / 1e6;
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
    return DaemonProcess.NAME;
  }

  @Override
  public String check(Bed bed) {
    Map<String, Long> counters = DaemonProcess.counters(bed);
    checkTheWay(counters);
    NEVER_LEARNT.forEach(
        (family, address) -> {
          Load.in(bed, Room.WORKLOAD).expectDenied(address);
          Load.in(bed, Room.HOST).expectDenied(address);
        });
    if (Collections.disjoint(DaemonProcess.counters(bed).keySet(), DENIALS)) {
      throw new BenchFailure("wrong verdict: it denied nothing, not even what was never learnt");
    }
    return counters.entrySet().stream()
        .map(counter -> counter.getKey() + " " + counter.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * Whether flows went where they were meant to, and none was denied: all that were sent may pass.
   */
  private void checkTheWay(Map<String, Long> counters) {
    String expected = isByQueue() ? "flows_allowed" : "fast_path_added";
    if (learns && !counters.containsKey(expected)) {
      throw new BenchFailure(
          "%s is 0: the flows took another way than was meant; it counted %s"
              .formatted(expected, counters));
    }
    for (String never : new String[] {"flows_denied", "flow_faults", "dns_reply_faults"}) {
      if (counters.containsKey(never)) {
        throw new BenchFailure(
            "wrong verdict: %s is %d; it counted %s"
                .formatted(never, counters.get(never), counters));
      }
    }
  }
}
