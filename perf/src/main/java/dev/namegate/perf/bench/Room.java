// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** The namespaces of a lab that benchmarks use. */
enum Room {
  WORKLOAD("wl"),
  HOST("host"),
  NET("net");

  private final String suffix;

  Room(String suffix) {
    this.suffix = suffix;
  }

  String suffix() {
    return suffix;
  }
}
