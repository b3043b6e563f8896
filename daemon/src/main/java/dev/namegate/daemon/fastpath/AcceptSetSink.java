// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.nfq.AcceptSetBatch;

/** Where entries of accept sets go: the kernel, by an {@link AcceptSetBatch}, which says more. */
public interface AcceptSetSink {
  /** As {@link AcceptSetBatch#register}. */
  int register(String set, boolean ipv6, boolean withSource);

  /** As {@link AcceptSetBatch#add}. */
  int add(
      int set,
      long dstHi,
      long dstLo,
      int protocol,
      int port,
      long srcHi,
      long srcLo,
      int timeoutSeconds);

  /** As {@link AcceptSetBatch#delete}. */
  int delete(int set, long dstHi, long dstLo, int protocol, int port, long srcHi, long srcLo);

  /** As {@link AcceptSetBatch#flush}. */
  int flush();

  /** As {@link AcceptSetBatch#failedPosition}. */
  int failedPosition(int i);

  /** As {@link AcceptSetBatch#failure}. */
  int failure(int i);

  /** The kernel's sets. */
  static AcceptSetSink of(AcceptSetBatch batch) {
    return new AcceptSetSink() {
      @Override
      public int register(String set, boolean ipv6, boolean withSource) {
        return batch.register(set, ipv6, withSource);
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
        return batch.add(set, dstHi, dstLo, protocol, port, srcHi, srcLo, timeoutSeconds);
      }

      @Override
      public int delete(
          int set, long dstHi, long dstLo, int protocol, int port, long srcHi, long srcLo) {
        return batch.delete(set, dstHi, dstLo, protocol, port, srcHi, srcLo);
      }

      @Override
      public int flush() {
        return batch.flush();
      }

      @Override
      public int failedPosition(int i) {
        return batch.failedPosition(i);
      }

      @Override
      public int failure(int i) {
        return batch.failure(i);
      }
    };
  }
}
