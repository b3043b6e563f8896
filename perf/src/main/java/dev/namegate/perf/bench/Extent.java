// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** Which variants and scenarios take part. */
enum Extent {
  /** The fewest that use the whole harness. */
  SELF_TEST,
  /** What the targets speak of. */
  QUICK,
  /** The rarer ones as well: IPv6, every mode, many addresses in a reply. */
  WHOLE
}
