// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.ServiceAccounts;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the selectors of a policy and of its rules mean, said as conditions on effective labels. */
final class Scope {
  private static final Selector NAMESPACED = new Selector.Has(Resource.NAMESPACE_LABEL);

  private Scope() {}

  /** Which endpoints a policy is for; null if for all. */
  static @Nullable Selector ofPolicy(Policy policy) {
    List<Selector> parts = new ArrayList<>();
    if (policy.selector() != null) {
      parts.add(policy.selector());
    }
    if (policy.namespaceSelector() != null) {
      parts.add(policy.namespaceSelector().prefixed(Resource.NAMESPACE_PREFIX));
      // As Calico has it: beside a namespaceSelector, all() anywhere means all in a namespace.
      parts.replaceAll(Scope::allMeansNamespaced);
    }
    if (policy.serviceAccountSelector() != null) {
      parts.add(policy.serviceAccountSelector().prefixed(Resource.SERVICE_ACCOUNT_PREFIX));
    }
    String namespace = policy.metadata().namespace();
    if (!namespace.isEmpty()) {
      parts.add(new Selector.Equal(Resource.NAMESPACE_LABEL, namespace));
    }
    return joined(parts);
  }

  /**
   * What one side of a rule has to be among; null if it has not to be among anything.
   *
   * @param namespace of the policy; empty if it has none
   */
  static @Nullable Selector ofEntity(Entity entity, String namespace) {
    List<Selector> parts = new ArrayList<>();
    Selector namespaces = entity.namespaceSelector();
    if (namespaces instanceof Selector.Global) {
      parts.add(new Selector.Not(NAMESPACED));
    } else if (namespaces != null) {
      parts.add(allMeansNamespaced(namespaces.prefixed(Resource.NAMESPACE_PREFIX)));
    } else if (!namespace.isEmpty()
        && (entity.selector() != null
            || entity.notSelector() != null
            || entity.serviceAccounts() != null)) {
      parts.add(new Selector.Equal(Resource.NAMESPACE_LABEL, namespace));
    }
    ServiceAccounts accounts = entity.serviceAccounts();
    if (accounts != null && !accounts.names().isEmpty()) {
      parts.add(new Selector.In(Resource.SERVICE_ACCOUNT_LABEL, new TreeSet<>(accounts.names())));
    }
    if (accounts != null && accounts.selector() != null) {
      parts.add(accounts.selector().prefixed(Resource.SERVICE_ACCOUNT_PREFIX));
    }
    if (entity.selector() != null) {
      parts.add(entity.selector());
    }
    return joined(parts);
  }

  private static Selector allMeansNamespaced(Selector selector) {
    return selector.mapLeaves(leaf -> leaf instanceof Selector.All ? NAMESPACED : leaf);
  }

  private static @Nullable Selector joined(List<Selector> parts) {
    if (parts.isEmpty()) {
      return null;
    }
    return parts.size() == 1 ? parts.get(0) : new Selector.And(parts);
  }
}
