// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/**
 * Compiles one version of the resources after the other, doing only the work that a change touches:
 * a selector is compared with an endpoint's labels only if one of the two is new, and a rule is
 * compiled only if it, or what its selectors pick, has changed.
 *
 * <p>The policy is the one that {@link PolicyCompiler#compile} gives, but for the ids in it: domain
 * sets and decisions that stay keep theirs.
 *
 * <p><b>Threading:</b> confined to one thread; what it returns is for any.
 *
 * <p><b>Ownership:</b> keeps the objects of the last version.
 *
 * <p><b>Bounds:</b> ids are below the most that were used at a time; nothing is kept of what is no
 * longer there.
 */
public final class IncrementalCompiler {
  private final String node;
  private CompilerState state;

  /**
   * What compilations cost, in counts.
   *
   * @param scopeComparisons of an endpoint's labels with the selectors of a policy
   * @param ruleComparisons of labels with the selectors of rules
   * @param rules compiled
   * @param programs built
   */
  record Work(long scopeComparisons, long ruleComparisons, long rules, long programs) {
    Work minus(Work other) {
      return new Work(
          scopeComparisons - other.scopeComparisons,
          ruleComparisons - other.ruleComparisons,
          rules - other.rules,
          programs - other.programs);
    }
  }

  /** A compiler for the node of this name. */
  public IncrementalCompiler(String node) {
    this.node = node;
    this.state = new CompilerState(node);
  }

  /** The policy of these resources for the node. */
  public CompiledPolicy compile(Resources resources) {
    boolean done = false;
    try {
      CompiledPolicy policy = state.compile(resources);
      done = true;
      return policy;
    } finally {
      if (!done) {
        // What a failed compilation leaves behind is no base for the next one.
        state = new CompilerState(node);
      }
    }
  }

  /** The work of all compilations so far. */
  Work work() {
    return state.work();
  }
}
