// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's fast path: flows that policy would allow anyway are accepted by sets in the kernel
 * and never queued.
 *
 * <pre>
 *   a reply is committed ──▶ FastPath.commit        ports its asker will likely use ┐
 *   a queued flow is allowed ──▶ LazyRequests ──▶ FastPath.endOfBatch               ├─▶ EntryMirror
 *                                                  asks the policy in force again ──┘   EntryTrain ─▶ kernel
 *   the cache forgets early ──▶ FastPath.retracted ──▶ all entries to that address go
 *   policy changes ──▶ FastPath.renew ──▶ empty sets in the place of all
 * </pre>
 *
 * <p>Invariant kept here: <i>no-entry-without-allow</i>. An entry stands in the kernel only while
 * the policy in force, with what is learnt now, allows every packet that the entry matches. It is
 * added after the membership it rests on is published, with a timeout that ends before that
 * membership does, and deleted when the membership goes before its time. What cannot be added is
 * queued, and decided there.
 */
@NullMarked
package dev.namegate.daemon.fastpath;

import org.jspecify.annotations.NullMarked;
