// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Policy;
import org.jspecify.annotations.Nullable;

/**
 * One policy over all its versions, whether it is enforced or staged.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class PolicyEntry {
  private static final String STAGED = "Staged";

  private final RuleBlock rules;

  /** As the policies of an endpoint are sorted; the same for all its versions. */
  private final String idText;

  /** Breaks ties of the order of evaluation; the same for all its versions. */
  private final String orderKey;

  private Policy policy;
  private Selections.@Nullable Entry scope;
  private @Nullable Policy replacement;
  private long changedAt;

  PolicyEntry(Policy policy, long now) {
    rules = new RuleBlock(policy.metadata().namespace(), true);
    ResourceId id = policy.id();
    idText = id.toString();
    orderKey = id.name() + "/" + id.namespace() + "/" + id.kind();
    this.policy = policy;
    set(policy, now);
  }

  String idText() {
    return idText;
  }

  String orderKey() {
    return orderKey;
  }

  /** Makes this its latest version. */
  void set(Policy version, long now) {
    policy = version;
    changedAt = now;
    rules.set("tier " + version.tier() + ", " + title(version), version.egress());
  }

  /** {@code NetworkPolicy shop/web}. */
  static String title(Policy policy) {
    String namespace = policy.metadata().namespace();
    return policy.id().kind()
        + " "
        + (namespace.isEmpty() ? "" : namespace + "/")
        + policy.metadata().name();
  }

  /** The policy that a staged one stands for, or takes out. */
  static ResourceId replaced(Policy staged) {
    ResourceId id = staged.id();
    return new ResourceId(id.kind().substring(STAGED.length()), id.namespace(), id.name());
  }

  Policy policy() {
    return policy;
  }

  RuleBlock rules() {
    return rules;
  }

  /** Which endpoints it is for; null if it decides no egress here. */
  Selections.@Nullable Entry scope() {
    return scope;
  }

  void setScope(Selections.@Nullable Entry scope) {
    this.scope = scope;
  }

  /** Which staged policy would replace or delete it; null for none. */
  @Nullable Policy replacement() {
    return replacement;
  }

  void setReplacement(@Nullable Policy replacement, long now) {
    if (this.replacement == null
        ? replacement != null
        : replacement == null || !Meaning.isSame(this.replacement, replacement)) {
      changedAt = now;
    }
    this.replacement = replacement;
  }

  /** Whether it decides flows. */
  boolean isEnforced() {
    return policy.staged() == null;
  }

  /** Whether it would decide flows, were the staged policies enforced. */
  boolean isPending() {
    StagedAction staged = policy.staged();
    return staged == null
        ? replacement == null
        : staged == StagedAction.SET || staged == StagedAction.LEARN;
  }

  /** When the policy, but for what its selectors pick, last changed. */
  long changedAt() {
    return changedAt;
  }
}
