// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.stats;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.ParseStatus;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The values of all counters, summed over the threads that count.
 *
 * <p><b>Threading:</b> each counting thread takes a {@link Writer} of its own; any thread may read.
 *
 * <p><b>Ordering:</b> a reader sees each counter at some recent value; counters are not read
 * together atomically.
 */
public final class Counters {
  private static final int VALUES = Counter.values().length;

  private final List<Writer> writers = new CopyOnWriteArrayList<>();

  /** A writer for one thread. */
  public Writer newWriter() {
    Writer writer = new Writer();
    writers.add(writer);
    return writer;
  }

  /** The sum over all writers. */
  public long value(Counter counter) {
    return sum(counter.ordinal());
  }

  /** How many packets did not decode for this reason, a negative code of {@link ParseStatus}. */
  public long parseFailures(int status) {
    return sum(VALUES - status);
  }

  private long sum(int index) {
    long sum = 0;
    for (Writer writer : writers) {
      sum += writer.get(index);
    }
    return sum;
  }

  /**
   * One thread's share of the counters.
   *
   * <p><b>Threading:</b> single writer; opaque writes, so readers never see half a value.
   */
  @HotPath
  public static final class Writer {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[VALUES + ParseStatus.COUNT];

    private Writer() {}

    public void increment(Counter counter) {
      add(counter.ordinal(), 1);
    }

    public void add(Counter counter, long n) {
      add(counter.ordinal(), n);
    }

    /** Counts one packet that did not decode, by the reason. */
    public void parseFailure(int status) {
      add(VALUES - status, 1);
    }

    private void add(int index, long n) {
      ELEMENT.setOpaque(values, index, values[index] + n);
    }

    private long get(int index) {
      return (long) ELEMENT.getOpaque(values, index);
    }
  }
}
