// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Finds handles by the hash of what they stand for: linear hashing with chains through a column, so
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

  private final IntColumn heads = new IntColumn();
  private final IntColumn next = new IntColumn();
  private final IntColumn hashes = new IntColumn();
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
    return matching(heads.get(bucket(hash)), hash);
  }

  /** The next handle of the same hash; 0 if there is none. */
  int next(int handle, int hash) {
    return matching(next.get(handle), hash);
  }

  private int matching(int from, int hash) {
    int handle = from;
    while (handle != 0 && hashes.get(handle) != hash) {
      handle = next.get(handle);
    }
    return handle;
  }

  /** Adds a handle that is not here. */
  void add(int handle, int hash) {
    next.ensure(handle + 1);
    hashes.ensure(handle + 1);
    hashes.set(handle, hash);
    push(handle);
    if (++size > buckets) {
      split();
    }
  }

  private void push(int handle) {
    int bucket = bucket(hashes.get(handle));
    next.set(handle, heads.get(bucket));
    heads.set(bucket, handle);
  }

  /** Removes a handle that is here. */
  void remove(int handle) {
    int bucket = bucket(hashes.get(handle));
    int after = next.get(handle);
    int at = heads.get(bucket);
    if (at == handle) {
      heads.set(bucket, after);
    } else {
      while (next.get(at) != handle) {
        at = next.get(at);
      }
      next.set(at, after);
    }
    if (--size < buckets / 2 && buckets > MIN_BUCKETS) {
      join();
    }
  }

  void clear() {
    buckets = MIN_BUCKETS;
    size = 0;
    for (int i = 0; i < MIN_BUCKETS; i++) {
      heads.set(i, 0);
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
    heads.set(added, 0);
    int from = added - Integer.highestOneBit(added);
    int handle = heads.get(from);
    heads.set(from, 0);
    buckets++;
    pushAll(handle);
  }

  private void join() {
    buckets--;
    pushAll(heads.get(buckets));
  }

  private void pushAll(int first) {
    int handle = first;
    while (handle != 0) {
      int after = next.get(handle);
      push(handle);
      handle = after;
    }
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return heads.octetsOutside() + next.octetsOutside() + hashes.octetsOutside();
  }
}
