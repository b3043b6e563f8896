// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.time.Duration;
import java.util.Map;

/**
 * How much is measured.
 *
 * @param labPrefix what the names of this run's labs begin with
 * @param rounds how often each variant has its turn
 * @param samples latencies in each round
 * @param rate requests a second where they are paced
 * @param seconds how long a rate is measured
 * @param warmUpSeconds how long each variant is used before it is measured
 * @param load how long the sustained load goes on
 * @param extent which variants and scenarios take part
 * @param policy what namegate enforces where the full policy is asked for
 * @param daemonSettings settings of the daemon that differ from their defaults, for all variants
 */
record Settings(
    String labPrefix,
    int rounds,
    int samples,
    int rate,
    int seconds,
    int warmUpSeconds,
    Duration load,
    Extent extent,
    FullPolicy policy,
    Map<String, String> daemonSettings) {

  /** Some 35 minutes, without the sustained load. */
  static Settings whole(String labPrefix, Map<String, String> daemonSettings) {
    return new Settings(
        labPrefix,
        3,
        3_000,
        1_000,
        1,
        4,
        Duration.ofMinutes(10),
        Extent.WHOLE,
        FullPolicy.FULL,
        daemonSettings);
  }

  /** Under five minutes. */
  static Settings quick(String labPrefix, Map<String, String> daemonSettings) {
    return new Settings(
        labPrefix,
        3,
        1_500,
        1_000,
        1,
        2,
        Duration.ofSeconds(20),
        Extent.QUICK,
        FullPolicy.FULL,
        daemonSettings);
  }

  /** Some seconds; shows that the harness works and nothing else. */
  static Settings selfTest(String labPrefix) {
    return new Settings(
        labPrefix,
        1,
        200,
        1_000,
        1,
        0,
        Duration.ofSeconds(2),
        Extent.SELF_TEST,
        FullPolicy.SMALL,
        Map.of());
  }

  /** With these in place of its own; 0 leaves a number as it is. */
  Settings with(int otherRounds, int otherRate, int loadMinutes) {
    return new Settings(
        labPrefix,
        otherRounds > 0 ? otherRounds : rounds,
        samples,
        otherRate > 0 ? otherRate : rate,
        seconds,
        warmUpSeconds,
        loadMinutes > 0 ? Duration.ofMinutes(loadMinutes) : load,
        extent,
        policy,
        daemonSettings);
  }

  /** How long that variant is used before it is measured: only a JVM becomes faster by it. */
  int warmUpSeconds(Variant variant) {
    return variant instanceof Namegate ? warmUpSeconds : Math.min(1, warmUpSeconds);
  }

  /** How many addresses flows are spread over. */
  int spread(int family) {
    return family == 4 ? policy.addresses() : Math.max(1, policy.addresses() / 10);
  }

  /** That daemon with the settings that are for all. */
  Namegate daemon(Namegate variant) {
    return variant.with(daemonSettings);
  }
}
