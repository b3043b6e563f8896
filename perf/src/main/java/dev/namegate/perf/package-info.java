// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks of the parts that run for each packet and for each DNS reply.
 *
 * <p>Run them all, or those that a regular expression names, from a built checkout:
 *
 * <pre>
 *   java -cp 'perf/target/namegate-perf-0.1.0-SNAPSHOT.jar:perf/target/lib/*' org.openjdk.jmh.Main [REGEXP]
 * </pre>
 *
 * <p>Figures mean something only beside one another, in one run.
 */
@NullMarked
package dev.namegate.perf;

import org.jspecify.annotations.NullMarked;
