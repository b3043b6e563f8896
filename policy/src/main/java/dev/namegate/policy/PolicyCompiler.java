// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** Turns the valid objects into what one node decides flows by. */
public final class PolicyCompiler {
  private PolicyCompiler() {}

  /** The policy of the node of this name: the endpoints whose {@code spec.node} it is. */
  public static CompiledPolicy compile(Resources resources, String node) {
    return new IncrementalCompiler(node).compile(resources);
  }
}
