// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.RuleLog;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records the Log rules that a flow's packet matched, for {@link RuleLogWriter} to write them away
 * from the packet path.
 *
 * <p><b>Threading:</b> one thread records, one writes.
 *
 * <p><b>Bounds:</b> {@value #SLOTS} records wait at most; what finds no room is dropped and
 * counted. Recording allocates nothing.
 */
@HotPath
final class RuleLogger implements RuleLog {
  static final int SLOTS = 256;

  /** What a Log rule saw; written by the one side before and read by the other after the counts. */
  private static final class Slot {
    private @Nullable CompiledPolicy policy;
    private int endpoint;
    private int decision;
    private int protocol;
    private long sourceHi;
    private long sourceLo;
    private long destinationHi;
    private long destinationLo;
    private int sourcePort;
    private int destinationPort;
  }

  private final Slot[] slots = new Slot[SLOTS];
  private final AtomicLong recorded = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Counters.Writer counters;

  /** The flow being decided; the recording thread's own. */
  private @Nullable CompiledPolicy policy;

  private @Nullable IpPacket packet;
  private int endpoint;

  RuleLogger(Counters.Writer counters) {
    this.counters = counters;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Slot();
    }
  }

  /** What the rules that follow look at. Returns this. */
  RuleLog about(CompiledPolicy policy, int endpoint, IpPacket packet) {
    this.policy = policy;
    this.endpoint = endpoint;
    this.packet = packet;
    return this;
  }

  @Override
  public void onLogRule(int decision) {
    counters.increment(Counter.LOG_RULES_MATCHED);
    long next = recorded.getPlain();
    IpPacket seen = packet;
    if (seen == null || next - written.getAcquire() >= SLOTS) {
      counters.increment(Counter.LOG_RULES_UNWRITTEN);
      return;
    }
    Slot slot = slots[(int) (next % SLOTS)];
    slot.policy = policy;
    slot.endpoint = endpoint;
    slot.decision = decision;
    slot.protocol = seen.protocol();
    slot.sourceHi = seen.sourceHi();
    slot.sourceLo = seen.sourceLo();
    slot.destinationHi = seen.destinationHi();
    slot.destinationLo = seen.destinationLo();
    slot.sourcePort = seen.sourcePort();
    slot.destinationPort = seen.destinationPort();
    recorded.setRelease(next + 1);
  }

  /** Hands over at most this many lines; returns how many there were. On the writing thread. */
  int write(int most, Consumer<String> lines) {
    for (int line = 0; line < most; line++) {
      long next = written.getPlain();
      if (next == recorded.getAcquire()) {
        return line;
      }
      Slot slot = slots[(int) (next % SLOTS)];
      lines.accept(line(slot));
      slot.policy = null;
      written.setRelease(next + 1);
    }
    return most;
  }

  private static String line(Slot slot) {
    CompiledPolicy policy = slot.policy;
    String rule = policy == null ? "" : policy.describe(slot.decision);
    String name = policy == null ? "" : policy.endpoints().get(slot.endpoint).name();
    return "calico-packet: endpoint %s, %s: protocol %d, %s%s to %s%s"
        .formatted(
            name,
            rule,
            slot.protocol,
            new IpAddress(slot.sourceHi, slot.sourceLo),
            port(slot.sourcePort),
            new IpAddress(slot.destinationHi, slot.destinationLo),
            port(slot.destinationPort));
  }

  private static String port(int port) {
    return port < 0 ? "" : " port " + port;
  }
}
