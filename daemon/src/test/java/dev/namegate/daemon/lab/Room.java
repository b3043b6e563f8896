// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

/** A network namespace of the lab; {@code scripts/lab-up} draws how they are linked. */
public enum Room {
  WORKLOAD("wl"),
  WORKLOAD2("wl2"),
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
