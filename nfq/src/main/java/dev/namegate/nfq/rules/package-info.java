// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's rules and source sets: what they must be, their text, and keeping the kernel so.
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
 *  ng-wl       established, related ICMP → out; INVALID, VXLAN, IPIP → DROP; else NFQUEUE flows
 *  ng-wl-host  established, related ICMP → out; else DROP
 *  ng-hep      established, related ICMP → out; INVALID → DROP; failsafe → out; else NFQUEUE flows
 *  ng-hep-fwd  established, related ICMP → out; INVALID → DROP; else NFQUEUE flows
 * </pre>
 */
@NullMarked
package dev.namegate.nfq.rules;

import org.jspecify.annotations.NullMarked;
