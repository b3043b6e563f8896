// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

public final class PolicyCompiler {
  private PolicyCompiler() {}

  public static CompiledPolicy compile(Resources resources, String node) {
    return new CompiledPolicy(resources, node);
  }
}
