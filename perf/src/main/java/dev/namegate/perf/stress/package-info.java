// SPDX-License-Identifier: Apache-2.0
/**
 * What one thread sees of another's cache, tried in millions of interleavings by jcstress: {@code
 * StressTest} runs it.
 */
@NullMarked
package dev.namegate.perf.stress;

import org.jspecify.annotations.NullMarked;
