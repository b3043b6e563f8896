// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/**
 * Compiles one version of the resources after the other.
 *
 * <p><b>Threading:</b> confined to one thread; what it returns is for any.
 */
public final class IncrementalCompiler {
  private final String node;

  /** A compiler for the node of this name. */
  public IncrementalCompiler(String node) {
    this.node = node;
  }

  /** The same policy as {@link PolicyCompiler#compile} gives. */
  public CompiledPolicy compile(Resources resources) {
    return PolicyCompiler.compile(resources, node);
  }
}
