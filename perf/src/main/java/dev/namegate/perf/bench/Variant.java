// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** One of those that are compared: what it puts between a client and the network. */
interface Variant {
  /** Its name in tables; lower case, unique within a contest. */
  String name();

  /** What it is, for the report. */
  String description();

  /**
   * Puts it into a lab that is up, and returns when it works. What it starts ends with the lab.
   *
   * @throws BenchFailure when that cannot be done
   */
  void start(Bed bed);

  /** Which DNS server its clients ask. */
  default String server(int family) {
    return family == 4 ? Bed.TRUSTED : Bed.TRUSTED6;
  }

  /** The name of the process in its lab that reads the queue; empty when there is none. */
  default String process() {
    return "";
  }

  /**
   * Looks, after the last round, whether it did what it is there for.
   *
   * @return what it has to say about the run, for the report; empty for nothing
   * @throws BenchFailure when it did not
   */
  default String check(Bed bed) {
    return "";
  }
}
