// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.Map;

/**
 * What grows from variant to variant of a contest.
 *
 * @param name what there is more of
 * @param sizes how much of it, by the variants' names; from small to large
 */
record Axis(String name, Map<String, Integer> sizes) {}
