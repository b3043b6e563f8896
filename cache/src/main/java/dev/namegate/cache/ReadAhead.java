// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.dns.AnswerLinks;

/**
 * Reads what learning the next links of an answer will need, for all of them before the first.
 *
 * <p>Learning one link meets a dozen rows of tables that no processor's cache holds, one after the
 * other, for each tells where the next is. Those of several links do not depend on each other: in
 * loops as short as these a processor waits for many at once. So an answer of many addresses waits
 * for memory once a step, and not once a step and address. What is read is of no other use, and
 * that a guess is wrong does no harm.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> {@value #BLOCK} links at a time.
 */
final class ReadAhead {
  /** So many links at a time: what is read has to be there still when it is needed. */
  static final int BLOCK = 128;

  /** Fewer links than these are not worth it. */
  private static final int LEAST = 4;

  private final CacheConfig config;
  private final Links links;
  private final Addresses addresses;
  private final NameGraph graph;
  private final ExpiryQueues queues;
  private final TablePublisher publisher;
  // Of each link of the block the address that it leads to.
  private final int[] scopes = new int[BLOCK];
  private final long[] his = new long[BLOCK];
  private final long[] los = new long[BLOCK];

  /** The address, if it is known, or the link that is read next; else 0. */
  private final int[] handles = new int[BLOCK];

  private final Memberships memberships = new Memberships();

  /** What keeps the compiler from leaving the reads out. */
  @SuppressWarnings("UnusedVariable")
  private int seen;

  ReadAhead(CacheConfig config, NameGraph graph, ExpiryQueues queues, TablePublisher publisher) {
    this.config = config;
    this.graph = graph;
    this.queues = queues;
    this.publisher = publisher;
    links = graph.links;
    addresses = graph.addresses;
  }

  /** Link {@code first} is learnt next; reads ahead if it begins a block of many. */
  void at(AnswerLinks answer, int first, int scope) {
    int count = Math.min(BLOCK, answer.size() - first);
    if ((first & (BLOCK - 1)) != 0 || count < LEAST) {
      return;
    }
    for (int i = 0; i < count; i++) {
      address(i, scope, answer.addressHi(first + i), answer.addressLo(first + i));
    }
    readAddresses(count);
    readTheirLinks(count);
    int room = config.maxAddresses() - graph.addressLinks();
    if (room < count) {
      readWhatGoes(count - Math.max(room, 0));
    }
  }

  private void address(int i, int scope, long hi, long lo) {
    scopes[i] = scope;
    his[i] = hi;
    los[i] = lo;
  }

  /** What makes room for so many links. */
  private void readWhatGoes(int most) {
    int count = queues.soonestAddresses(handles, most);
    int read = 0;
    for (int i = 0; i < count; i++) {
      read += links.readRow(handles[i]);
    }
    for (int i = 0; i < count; i++) {
      handles[i] = links.target(handles[i]);
      read += addresses.readRow(handles[i]);
    }
    seen += read;
    for (int i = 0; i < count; i++) {
      int known = handles[i];
      address(i, addresses.scope(known), addresses.hi(known), addresses.lo(known));
    }
    readAddresses(count);
  }

  /** What is known of the addresses, and what is published. */
  private void readAddresses(int count) {
    AddressTable table = publisher.table();
    int read = 0;
    for (int i = 0; i < count; i++) {
      read += addresses.readHead(scopes[i], his[i], los[i]);
    }
    for (int i = 0; i < count; i++) {
      read += table.readSlot(scopes[i], his[i], los[i]);
    }
    for (int i = 0; i < count; i++) {
      handles[i] = addresses.find(scopes[i], his[i], los[i]);
    }
    for (int i = 0; i < count; i++) {
      if (table.find(scopes[i], his[i], los[i], memberships)) {
        read += (int) memberships.expiryNs(0);
      }
    }
    seen += read;
  }

  /** Of the addresses that are known, the link that leads there and was added last. */
  private void readTheirLinks(int count) {
    for (int i = 0; i < count; i++) {
      handles[i] = handles[i] == 0 ? 0 : addresses.firstIncoming(handles[i]);
    }
    int read = 0;
    for (int i = 0; i < count; i++) {
      read += handles[i] == 0 ? 0 : links.readRow(handles[i]);
    }
    seen += read;
  }
}
