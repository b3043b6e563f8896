// SPDX-License-Identifier: Apache-2.0
/**
 * The end-to-end benchmarks that {@code scripts/bench} runs: loads and rivals (programs in C, in
 * {@code perf/src/main/c}, and dnsmasq and OpenSnitch) in labs of network namespaces, one lab for
 * each variant, measured in turn.
 *
 * <p>A figure means something only beside another of the same run: reports compare ratios.
 */
@NullMarked
package dev.namegate.perf.bench;

import org.jspecify.annotations.NullMarked;
