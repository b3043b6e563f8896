// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Warns of what valid objects surely do not mean when they are seen together. */
public final class PolicyAdvice {
  private static final String KUBERNETES = "k8s";

  private final Resources resources;
  private final Map<String, Profile> profiles = new HashMap<>();
  private final List<Policy> policies;
  private final EgressView view;
  private final Problems problems = new Problems();

  private PolicyAdvice(Resources resources) {
    this.resources = resources;
    profiles.put(ProfileReader.DEFAULT_ALLOW.metadata().name(), ProfileReader.DEFAULT_ALLOW);
    resources
        .all(Profile.class)
        .forEach(profile -> profiles.put(profile.metadata().name(), profile));
    policies =
        resources.all(Policy.class).stream()
            .filter(policy -> policy.staged() == null && policy.governsEgress())
            .filter(policy -> !policy.doNotTrack() && !policy.preDnat())
            .toList();
    view = new EgressView(resources, policies, profiles);
  }

  /** The warnings about these objects, by file and line. */
  public static List<Problem> of(Resources resources) {
    PolicyAdvice advice = new PolicyAdvice(resources);
    advice.adviseOnLookups();
    advice.adviseOnOrchestrator();
    return advice.problems.sorted();
  }

  /** A workload has to be allowed to look up the names that it may connect to. */
  private void adviseOnLookups() {
    List<Policy> suspects = suspects();
    if (suspects.isEmpty()) {
      return;
    }
    Map<ResourceId, List<WorkloadEndpoint>> without = new HashMap<>();
    for (WorkloadEndpoint workload : resources.all(WorkloadEndpoint.class)) {
      List<Policy> governing = view.governing(workload);
      if (!view.mayLookUp(workload, governing)) {
        governing.forEach(
            policy -> without.computeIfAbsent(policy.id(), id -> new ArrayList<>()).add(workload));
      }
    }
    boolean noEndpoints =
        resources.all(WorkloadEndpoint.class).isEmpty()
            && resources.all(HostEndpoint.class).isEmpty();
    for (Policy policy : suspects) {
      List<WorkloadEndpoint> workloads = without.getOrDefault(policy.id(), List.of());
      if (!workloads.isEmpty()) {
        int others = workloads.size() - 1;
        warnOfLookups(
            policy,
            workloads.get(0).id()
                + (others == 0
                    ? ""
                    : others == 1 ? " and one other" : " and " + others + " others"));
      } else if (noEndpoints && policies.stream().noneMatch(view::allowsLookups)) {
        warnOfLookups(policy, "a workload");
      }
    }
  }

  private void warnOfLookups(Policy policy, String who) {
    int index = firstRuleWithNames(policy);
    problems.warning(
        policy.egress().get(index).position(),
        policy.id() + ".spec.egress[" + index + "]",
        "allows names that " + who + " may not look up",
        "add a rule that allows UDP port 53");
  }

  /** Policies that allow names and not their lookup. */
  private List<Policy> suspects() {
    return policies.stream()
        .filter(policy -> firstRuleWithNames(policy) >= 0 && !view.allowsLookups(policy))
        .toList();
  }

  private int firstRuleWithNames(Policy policy) {
    for (int i = 0; i < policy.egress().size(); i++) {
      if (view.allowsNames(policy, policy.egress().get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Policies of Kubernetes are for its own workloads, and elsewhere silently for none. */
  private void adviseOnOrchestrator() {
    Map<String, Boolean> ofKubernetes = new HashMap<>();
    for (WorkloadEndpoint workload : resources.all(WorkloadEndpoint.class)) {
      ofKubernetes.merge(
          workload.metadata().namespace(),
          workload.orchestrator().equals(KUBERNETES),
          Boolean::logicalOr);
    }
    for (Policy policy : policies) {
      if (policy.id().kind().equals(KubernetesPolicyReader.KIND)
          && !ofKubernetes.getOrDefault(policy.metadata().namespace(), true)) {
        problems.warning(
            policy.metadata().position(),
            policy.id().toString(),
            "is for no workload: none of its namespace is of the orchestrator k8s",
            "add \"orchestrator: k8s\" to the WorkloadEndpoints that it is for");
      }
    }
  }
}
