// SPDX-License-Identifier: Apache-2.0
/** Counters: what is counted, what a growing value means, and their current sums. */
@NullMarked
package dev.namegate.daemon.stats;

import org.jspecify.annotations.NullMarked;
