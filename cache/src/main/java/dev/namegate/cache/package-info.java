// SPDX-License-Identifier: Apache-2.0
/**
 * What DNS answers have taught, and which addresses are in which domain sets because of it.
 *
 * <p>Answers go in on one thread, {@link dev.namegate.cache.DnsCache}; lookups by address come out
 * on any, {@link dev.namegate.cache.AddressTable}. Between them stands a graph. Each record is a
 * <i>link</i> with an expiry of its own, and each name carries the domain sets that reach it, its
 * <i>claims</i>: its own, asked of the {@link dev.namegate.cache.NameMatcher} once, and those of
 * the names it is an alias of, each cut to the shortest life on the way. So names are matched when
 * an answer arrives, and a packet costs one probe and one comparison of times.
 *
 * <pre>
 *  answer: x CNAME y (60 s), y CNAME z (300 s), z A 192.0.2.1 (30 s); policy: set 1 = {x}, 7 = {z}
 *
 *            ┌───────────────────────── writer ────────────────────────┐
 *   learn ──►│ x {1} ──60──► y {1 for 60} ──300──► z {7, 1 for 60}     │
 *            │                                       │ 30              │
 *            │                                       ▼                 │   one slot,
 *            │                                   192.0.2.1 ────────────┼─► one release write
 *            └─────────────────────────────────────────────────────────┘        │
 *                                                                               ▼
 *   any thread: lookup(192.0.2.1) ─────────────────────────────► {1 until 30, 7 until 30}
 * </pre>
 *
 * <p>A later answer for z alone adds its addresses to set 1 too, as long as x → y → z lasts. Claims
 * only grow by learning and end by themselves, so neither needs a search; {@code ClaimSpreader}
 * says what does.
 *
 * <p>Names, addresses and links are numbers, <i>handles</i>, with a row outside of the heap; the
 * published table is arrays of numbers in the heap:
 *
 * <pre>
 *      ┌───────┐ ◄─ owner ┌───────┐ target ─► ┌───────────┐        ┌──────────────┐
 *      │ Names │           │ Links │           │ Addresses │ ─────► │ TableSegment │ ◄─ find
 *      └───▲───┘           └───┬───┘           └─────▲─────┘        └──────────────┘
 *     HandleIndex          ExpiryHeap           HandleIndex
 * </pre>
 *
 * <p><b>Threading:</b> <i>single-writer</i>: all but {@code AddressTable.find}, {@code
 * DnsCache.table} and the counters belongs to one thread.
 *
 * <p><b>Bounds:</b> {@link dev.namegate.cache.CacheConfig} limits names, aliases (as many as names,
 * 8 for a name), addresses, and addresses of one name. A full cache of the default size takes some
 * 5 MB of heap and 20 MB outside of it. What goes when a limit is met:
 *
 * <ol>
 *   <li>of a name at its own limit, its own link that expires first; else
 *   <li>any link that is over; then
 *   <li>links of names that no domain set contains or reaches, the soonest to expire first; then
 *   <li>links of the other names, the soonest to expire first.
 * </ol>
 *
 * <p>A name or address goes with its last link. Nothing that the answer being learnt has named
 * goes, so an answer is learnt whole; only what exceeds a limit by itself is refused. {@link
 * dev.namegate.cache.CacheCounter} counts each case.
 */
@NullMarked
package dev.namegate.cache;

import org.jspecify.annotations.NullMarked;
