// SPDX-License-Identifier: Apache-2.0
/**
 * The packet path: two Disruptor rings, one for new flows and one for DNS replies, so that a slow
 * commit never delays the verdict on a flow. If several queues share the flows, each has the ring
 * and stages of the first line for itself.
 *
 * <pre>
 *                 ring "flows" (ng-flows)
 *  NFQUEUE flows ──▶ QueueReceiver ──▶ FlowDecodeHandler ──▶ DecideHandler ──▶ FlowVerdictHandler
 *                                                                 │ reads
 *                                       Ruleset = (CompiledPolicy, AddressTable), one volatile
 *                                                                 ▲ publishes
 *  NFQUEUE dns ────▶ QueueReceiver ──▶ ReplyDecodeHandler ─▶ LearnHandler ─▶ CommitHandler ─▶ ReleaseHandler
 *                 ring "dns" (ng-dns)                             ▲
 *  NFLOG queries ─────────────────────────────── QuestionTable ───┘
 * </pre>
 *
 * <p>A slot of a ring and a slot of its {@code DatagramRing} have the same index: the kernel's
 * bytes stay where they were received until the slot's verdict is sent. The stages of a ring run
 * either one after the other on the thread that receives ({@code EventPoller}; no hand-off, the
 * default), or each on a thread of its own ({@code BatchEventProcessor}); the stages do not know
 * which.
 *
 * <p>Invariants kept here: <i>one-verdict</i>, <i>learn-before-release</i>, <i>trusted-source</i>,
 * <i>fail-closed</i>.
 */
@NullMarked
package dev.namegate.daemon.pipeline;

import org.jspecify.annotations.NullMarked;
