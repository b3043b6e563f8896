// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import org.jspecify.annotations.Nullable;

/**
 * Which object.
 *
 * @param namespace empty for what is in no namespace
 */
public record ResourceId(String kind, String namespace, String name) {
  // Written out: a record's own are made at run time, and a start would wait for that.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResourceId that
        && kind.equals(that.kind)
        && namespace.equals(that.namespace)
        && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * kind.hashCode() + namespace.hashCode()) + name.hashCode();
  }

  /** {@code NetworkPolicy(shop/web)}, {@code GlobalNetworkPolicy(web)}. */
  @Override
  public String toString() {
    return kind + "(" + (namespace.isEmpty() ? "" : namespace + "/") + name + ")";
  }
}
