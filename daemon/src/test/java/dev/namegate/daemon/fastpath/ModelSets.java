// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.nfq.AcceptSetBatch;
import dev.namegate.nfq.AcceptSetFailure;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The kernel's sets as a model: entries with timeouts on a clock of the test. */
final class ModelSets implements AcceptSetSink {
  static final int CAPACITY = 8;

  /** An entry as the kernel has it; without a source in a set that has none. */
  record Entry(String set, IpAddress to, int protocol, int port, IpAddress from) {
    @Override
    public String toString() {
      return set + " " + to + "," + protocol + ":" + port + "," + from;
    }
  }

  private record Change(Entry entry, int timeoutSeconds) {}

  private final LongSupplier clock;
  private final List<String> names = new ArrayList<>();
  private final List<Change> pending = new ArrayList<>();
  private final Map<Entry, Long> entries = new HashMap<>();
  private final List<Integer> failedPositions = new ArrayList<>();
  private int failAdds = AcceptSetFailure.NONE;
  private boolean failDeletes;
  private int flushes;

  ModelSets(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public int register(String set, boolean ipv6, boolean withSource) {
    if (!names.contains(set)) {
      names.add(set);
    }
    return names.indexOf(set);
  }

  @Override
  public int add(
      int set,
      long dstHi,
      long dstLo,
      int protocol,
      int port,
      long srcHi,
      long srcLo,
      int timeoutSeconds) {
    if (timeoutSeconds < 1) {
      throw new AssertionError("0 is for ever");
    }
    return append(entry(set, dstHi, dstLo, protocol, port, srcHi, srcLo), timeoutSeconds);
  }

  @Override
  public int delete(
      int set, long dstHi, long dstLo, int protocol, int port, long srcHi, long srcLo) {
    return append(entry(set, dstHi, dstLo, protocol, port, srcHi, srcLo), 0);
  }

  private Entry entry(
      int set, long dstHi, long dstLo, int protocol, int port, long srcHi, long srcLo) {
    return new Entry(
        names.get(set), new IpAddress(dstHi, dstLo), protocol, port, new IpAddress(srcHi, srcLo));
  }

  private int append(Entry entry, int timeoutSeconds) {
    if (pending.size() == CAPACITY) {
      return AcceptSetBatch.BATCH_FULL;
    }
    pending.add(new Change(entry, timeoutSeconds));
    return pending.size() - 1;
  }

  @Override
  public int flush() {
    failedPositions.clear();
    flushes++;
    for (int i = 0; i < pending.size(); i++) {
      Change change = pending.get(i);
      boolean isDelete = change.timeoutSeconds == 0;
      if (isDelete ? failDeletes : failAdds != AcceptSetFailure.NONE) {
        failedPositions.add(i);
      } else if (isDelete) {
        entries.remove(change.entry);
      } else {
        entries.put(change.entry, clock.getAsLong() + change.timeoutSeconds * 1_000_000_000L);
      }
    }
    pending.clear();
    return failedPositions.size();
  }

  @Override
  public int failedPosition(int i) {
    return failedPositions.get(i);
  }

  @Override
  public int failure(int i) {
    return failAdds == AcceptSetFailure.NONE ? AcceptSetFailure.OTHER : failAdds;
  }

  /** What the kernel says to additions from now on. */
  void failAdds(int failure) {
    failAdds = failure;
  }

  void failDeletes(boolean fail) {
    failDeletes = fail;
  }

  /** Empty sets in the place of all. */
  void empty() {
    entries.clear();
  }

  int flushes() {
    return flushes;
  }

  int pending() {
    return pending.size();
  }

  /** What stands there now, each entry with the nanoseconds that it has left. */
  Map<Entry, Long> live() {
    entries.values().removeIf(until -> until - clock.getAsLong() <= 0);
    return entries.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() - clock.getAsLong()));
  }

  /** The live entries as texts with their seconds left, rounded up, in order. */
  List<String> texts() {
    Map<String, Long> texts = new TreeMap<>();
    live()
        .forEach(
            (entry, left) -> texts.put(entry.toString(), (left + 999_999_999) / 1_000_000_000));
    return texts.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList();
  }
}
