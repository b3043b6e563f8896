// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/**
 * Which object.
 *
 * @param namespace empty for what is in no namespace
 */
public record ResourceId(String kind, String namespace, String name) {
  /** {@code NetworkPolicy(shop/web)}, {@code GlobalNetworkPolicy(web)}. */
  @Override
  public String toString() {
    return kind + "(" + (namespace.isEmpty() ? "" : namespace + "/") + name + ")";
  }
}
