// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The guest's halt polling: for how long an idle processor of a virtual machine looks for work
 * before it halts. Waking a halted one takes tens of microseconds; the setting makes it nearly what
 * it is on real processors.
 *
 * <p><b>Ownership:</b> {@link #close} sets what was set before. When the process is killed, {@code
 * scripts/bench} does that.
 */
final class HaltPolling implements Conditions {
  static final int ON_NS = 200_000;

  private static final Path SETTING = Path.of("/sys/module/haltpoll/parameters/guest_halt_poll_ns");
  private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpuidle/current_governor");

  private final String before;

  private HaltPolling(String before) {
    this.before = before;
  }

  /**
   * Whether this machine lets us: it is a guest with that governor, and the setting is ours to
   * write.
   */
  static boolean canBeSet() {
    try {
      return Files.isWritable(SETTING) && Files.readString(GOVERNOR).trim().equals("haltpoll");
    } catch (IOException e) {
      return false;
    }
  }

  /** Turns it on. */
  static HaltPolling on() {
    try {
      HaltPolling polling = new HaltPolling(Files.readString(SETTING).trim());
      polling.set("" + ON_NS);
      return polling;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void set(String value) {
    try {
      Files.writeString(SETTING, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    set(before);
  }
}
