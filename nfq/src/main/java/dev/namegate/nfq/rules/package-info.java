// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's rules and sets: what they must be, their text, and keeping the kernel so.
 *
 * <p>Rules are values ({@code EgressRules}), rendered by one class ({@code IptablesText}), compared
 * with the kernel by hash, and written as a difference ({@code KernelRules}). They depend on
 * configuration, never on policy. Decisions are taken in the {@code security} table: the host's own
 * filter rules have spoken by then, and our jumps are the last rules there, so neither bypasses the
 * other.
 *
 * <pre>
 *  raw PREROUTING ── first ─► ng-raw    -i cali+: source not in ng-src4/6 → DROP
 *
 *  security INPUT ── last ──► ng-in     v6 link ICMP → out
 *                                       query ! -i lo ─► ng-query → NFLOG, one rule a server
 *                                       reply         ─► ng-reply → NFQUEUE dns
 *                                       -i cali+      ─► ng-wl-host (Drop) or ng-wl
 *  security FORWARD ─ last ─► ng-fwd    query ─► ng-query,  reply ─► ng-reply
 *                                       -i cali+      ─► ng-wl
 *                                       -o cali+ → out
 *                                       -o eth0 …     ─► ng-hep-fwd
 *  security OUTPUT ── last ─► ng-out    v6 link ICMP → out
 *                                       query ─► ng-query,  reply ! -o lo ─► ng-reply
 *                                       -o lo, -o cali+ → out
 *                                       -o eth0 …     ─► ng-hep
 *
 *  ng-wl       established, related ICMP → out; INVALID, VXLAN, IPIP → DROP;
 *              in ng-wl4/6 → out; else NFQUEUE flows
 *  ng-wl-host  established, related ICMP → out; else DROP
 *  ng-hep      established, related ICMP → out; INVALID → DROP; failsafe → out;
 *              -o eth0: in ng-hep4/6-eth0 → out; in ng-hep4/6 → out; else NFQUEUE flows
 *  ng-hep-fwd  established, related ICMP → out; INVALID → DROP; else NFQUEUE flows
 * </pre>
 *
 * <p>The hold mode is a matter of these rules only: where replies are not delayed, ng-reply has
 * NFLOG in the place of NFQUEUE, and they go on. Replies are met in UDP and TCP, queries in UDP.
 *
 * <p>The accept sets ({@code AcceptSets}) hold flows that policy allows now; the chains refer to
 * them, never to what is in them, so a change of policy empties sets and touches no rule.
 */
@NullMarked
package dev.namegate.nfq.rules;

import org.jspecify.annotations.NullMarked;
