// SPDX-License-Identifier: Apache-2.0

/**
 * Everything Netfilter: this package holds the queues, the sub-package {@code rules} the rules that
 * feed them.
 *
 * <p>An {@link dev.namegate.nfq.NfQueue} is opened through libnetfilter_queue. From then on packets
 * and verdicts move on its descriptor, many per system call: {@code receive} lets the kernel write
 * datagrams into consecutive slots of a {@link dev.namegate.nfq.DatagramRing}; a {@link
 * dev.namegate.nfq.QueuedPacket} reads a slot in place; a {@link dev.namegate.nfq.VerdictBatch}
 * gathers the answers and sends them together. An {@link dev.namegate.nfq.NflogGroup} delivers
 * copies of packets the same way, with nothing to answer. A {@link dev.namegate.nfq.Poller} waits
 * for any of them.
 *
 * <pre>
 *            kernel                      │              this package
 *                                        │
 *   NFQUEUE rule ──► queue ──► socket ───┼─ recvmmsg ──► DatagramRing ──► QueuedPacket ──► …
 *                      ▲                 │  (n datagrams)  slot i, i+1, …                  │
 *                      │ accept, drop    │                                                 ▼
 *                      └─────────────────┼─ send ◄──────────────── VerdictBatch ◄── (id, word)
 *                                        │  (n verdicts)
 *   NFLOG rule ──► group ───► socket ────┼─ recvmmsg ──► DatagramRing ──► LoggedPacket ──► …
 *                                        │
 *            poll(queue, group, eventfd) ┼─ Poller.await ◄─── wakeUp() from any thread
 * </pre>
 *
 * <p>Two more things are said to the kernel by netlink of our own: an {@link
 * dev.namegate.nfq.AcceptSetBatch} adds to the accept sets what the rules then let pass without a
 * queue, many entries in one {@code send}; {@link dev.namegate.nfq.EstablishedConnections} reads
 * the connection table.
 *
 * <p>Only this package imports JNA, and only its package-private classes do. Nothing on the packet
 * path allocates; the kernel's errors on it are negative numbers, while opening throws {@link
 * dev.namegate.nfq.NfQueueException} with what to do.
 */
@NullMarked
package dev.namegate.nfq;

import org.jspecify.annotations.NullMarked;
