// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.Room;
import java.util.List;

/**
 * Where an attempt starts and over which family: the first workload's traffic is forwarded by the
 * host under test, the host's own is local to it.
 */
enum Vantage {
  WORKLOAD_V4(Room.WORKLOAD, false),
  WORKLOAD_V6(Room.WORKLOAD, true),
  HOST_V4(Room.HOST, false),
  HOST_V6(Room.HOST, true);

  static final List<Vantage> V4 = List.of(WORKLOAD_V4, HOST_V4);
  static final List<Vantage> V6 = List.of(WORKLOAD_V6, HOST_V6);

  private final Room room;
  private final boolean v6;

  Vantage(Room room, boolean v6) {
    this.room = room;
    this.v6 = v6;
  }

  Room room() {
    return room;
  }

  /** What stands for {@code {e}} in the names of {@link Sites}. */
  String endpoint() {
    return room == Room.HOST ? "host" : "wl";
  }

  /** The trusted server, asked over this family. */
  String trusted() {
    return v6 ? Lab.TRUSTED6 : Lab.TRUSTED;
  }

  String untrusted() {
    return v6 ? Lab.UNTRUSTED6 : Lab.UNTRUSTED;
  }

  /** The record type that gives addresses of this family. */
  String type() {
    return v6 ? "AAAA" : "A";
  }

  /** The outside address with this number, of this family. */
  String outside(int number) {
    return outside(number, v6);
  }

  static String outside(int number, boolean v6) {
    return v6 ? "2001:db8:100::" + Integer.toHexString(number) : "198.51.100." + number;
  }
}
