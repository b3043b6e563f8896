// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the end-to-end benchmarks' own machinery; what they measure is nobody's business here.
 */
@NullMarked
package dev.namegate.perf.bench;

import org.jspecify.annotations.NullMarked;
