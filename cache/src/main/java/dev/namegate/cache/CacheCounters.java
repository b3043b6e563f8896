// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The cache's counters.
 *
 * <p><b>Threading:</b> the cache's writer counts, any thread reads.
 *
 * <p><b>Ordering:</b> ordered writes: each value is one that held, two values read one after the
 * other need not belong together.
 */
public final class CacheCounters {
  /** Filled at construction and never changed; the writer of each value is the cache's. */
  private final Map<CacheCounter, AtomicLong> values = new EnumMap<>(CacheCounter.class);

  CacheCounters() {
    for (CacheCounter counter : CacheCounter.values()) {
      values.put(counter, new AtomicLong());
    }
  }

  public long get(CacheCounter counter) {
    return value(counter).getAcquire();
  }

  void increment(CacheCounter counter) {
    add(counter, 1);
  }

  void add(CacheCounter counter, long count) {
    AtomicLong value = value(counter);
    value.setRelease(value.getPlain() + count);
  }

  void set(CacheCounter counter, long value) {
    value(counter).setRelease(value);
  }

  @SuppressWarnings("NullAway") // the constructor puts a value for each
  private AtomicLong value(CacheCounter counter) {
    return values.get(counter);
  }
}
