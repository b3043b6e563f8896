// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

/**
 * Something in the kernel that is not as it should be.
 *
 * @param chain the chain of ours that is missing or altered, or the base chain that does not lead
 *     to ours as it should
 * @param text what is wrong
 */
public record Difference(IpFamily family, String table, String chain, String text) {
  @Override
  public String toString() {
    return family + " " + table + " " + chain + ": " + text;
  }
}
