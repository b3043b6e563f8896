// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** What holds on this machine while a contest runs; closed, all is as it was. */
interface Conditions extends AutoCloseable {
  @Override
  void close();
}
