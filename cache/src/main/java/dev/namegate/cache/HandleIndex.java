// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Finds handles by the hash of what they stand for: linear hashing with chains through its rows, so
 * that it grows and shrinks by one bucket at a time and never stops for a rebuild.
 *
 * <p>{@code for (int h = index.first(hash); h != 0; h = index.next(h, hash))} visits the handles of
 * this hash.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> 12 octets a handle, outside of the heap; about one handle a bucket.
 */
final class HandleIndex {
  private static final int MIN_BUCKETS = 16;

  // The fields of a row, one for each handle.
  private static final int NEXT = 0;
  private static final int HASH = 4;
  private static final int ROW_OCTETS = 8;

  private final Rows heads = new Rows(Integer.BYTES);
  private final Rows rows = new Rows(ROW_OCTETS);
  private int buckets = MIN_BUCKETS;
  private int size;

  HandleIndex() {
    heads.ensure(MIN_BUCKETS);
  }

  int size() {
    return size;
  }

  /** The first handle of this hash; 0 if there is none. */
  int first(int hash) {
    return matching(head(hash), hash);
  }

  /** The next handle of the same hash; 0 if there is none. */
  int next(int handle, int hash) {
    return matching(next(handle), hash);
  }

  /** The handle that the search for this hash begins with; 0 if there is none. */
  int head(int hash) {
    return headOf(bucket(hash));
  }

  private int matching(int from, int hash) {
    int handle = from;
    while (handle != 0 && hash(handle) != hash) {
      handle = next(handle);
    }
    return handle;
  }

  private int headOf(int bucket) {
    return heads.intAt(bucket, 0);
  }

  private void headOf(int bucket, int handle) {
    heads.intAt(bucket, 0, handle);
  }

  private int next(int handle) {
    return rows.intAt(handle, NEXT);
  }

  private int hash(int handle) {
    return rows.intAt(handle, HASH);
  }

  /** Adds a handle that is not here. */
  void add(int handle, int hash) {
    rows.ensure(handle + 1);
    rows.intAt(handle, HASH, hash);
    push(handle);
    if (++size > buckets) {
      split();
    }
  }

  private void push(int handle) {
    int bucket = bucket(hash(handle));
    rows.intAt(handle, NEXT, headOf(bucket));
    headOf(bucket, handle);
  }

  /** Removes a handle that is here. */
  void remove(int handle) {
    int bucket = bucket(hash(handle));
    int after = next(handle);
    int at = headOf(bucket);
    if (at == handle) {
      headOf(bucket, after);
    } else {
      while (next(at) != handle) {
        at = next(at);
      }
      rows.intAt(at, NEXT, after);
    }
    if (--size < buckets / 2 && buckets > MIN_BUCKETS) {
      join();
    }
  }

  void clear() {
    buckets = MIN_BUCKETS;
    size = 0;
    for (int i = 0; i < MIN_BUCKETS; i++) {
      headOf(i, 0);
    }
  }

  /**
   * By as many bits of the hash as count the buckets; by one less if there is no such bucket yet.
   */
  private int bucket(int hash) {
    int top = Integer.highestOneBit(buckets);
    int bucket = hash & (2 * top - 1);
    return bucket < buckets ? bucket : bucket - top;
  }

  private void split() {
    int added = buckets;
    heads.ensure(added + 1);
    headOf(added, 0);
    int from = added - Integer.highestOneBit(added);
    int handle = headOf(from);
    headOf(from, 0);
    buckets++;
    pushAll(handle);
  }

  private void join() {
    buckets--;
    pushAll(headOf(buckets));
  }

  private void pushAll(int first) {
    int handle = first;
    while (handle != 0) {
      int after = next(handle);
      push(handle);
      handle = after;
    }
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return heads.octetsOutside() + rows.octetsOutside();
  }
}
