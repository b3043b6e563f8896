// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a process spends while something is measured: processor time of all its threads, those that
 * ended meanwhile included, and memory.
 */
final class ProcessCost {
  private final Bed bed;
  private final Process process;
  private final long beforeNs;

  private ProcessCost(Bed bed, Process process) {
    this.bed = bed;
    this.process = process;
    this.beforeNs = cpuNs();
  }

  /** From now on. */
  static ProcessCost from(Bed bed, Process process) {
    return new ProcessCost(bed, process);
  }

  /** Measures, and adds what the variant's process spent on each event of it, if it has one. */
  static Outcome around(Bed bed, Variant variant, double events, Supplier<Outcome> measured) {
    if (variant.process().isEmpty()) {
      return measured.get();
    }
    ProcessCost cost = from(bed, bed.process(variant.process()));
    Outcome outcome = measured.get();
    return outcome.and(cost.each(events));
  }

  /** Processor time of each of so many events, and memory now. */
  Map<Metric, Double> each(double events) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.CPU_US, spentNs() / 1e3 / events);
    values.put(Metric.RESIDENT_MIB, residentMib());
    return values;
  }

  /** Processor time since then. */
  long spentNs() {
    return cpuNs() - beforeNs;
  }

  private long cpuNs() {
    String command = bed.checkout().program("load");
    String text = Shell.run(command, "cputime", "" + process.pid()).orFail().text();
    return Long.parseLong(text.trim());
  }

  double residentMib() {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
          .lines()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1_024)
          .findFirst()
          .orElseThrow(() -> new BenchFailure("no resident set of " + process.info()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
