// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.selector.Selector;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the NetworkPolicy of Kubernetes to the policy that Calico makes of it: {@code
 * knp.default.<name>} with order 1000 in the tier {@code default}, for workloads of the
 * orchestrator {@code k8s} in its namespace.
 *
 * <p>Unlike in Calico's own kinds an empty {@code to} is anywhere and empty {@code ports} are any:
 * Kubernetes defines them so.
 */
final class KubernetesPolicyReader {
  /** The kind in ids and messages, which tells it from Calico's NetworkPolicy. */
  static final String KIND = "KubernetesNetworkPolicy";

  static final String STAGED_KIND = "StagedKubernetesNetworkPolicy";

  private static final String NAME_PREFIX = "knp.default.";
  private static final double ORDER = 1000;
  private static final String INGRESS = "Ingress";
  private static final String EGRESS = "Egress";
  private static final Map<String, String> TYPES = Map.of(INGRESS, INGRESS, EGRESS, EGRESS);

  private KubernetesPolicyReader() {}

  static Policy enforced(Metadata metadata, YamlObject spec) {
    return read(metadata, spec, null);
  }

  static Policy staged(Metadata metadata, YamlObject spec) {
    return read(metadata, spec, PolicyReader.stagedAction(spec));
  }

  private static Policy read(Metadata metadata, YamlObject spec, @Nullable StagedAction staged) {
    LabelSelectorReader.refuseNothing(spec, "podSelector");
    Set<String> types = types(spec);
    Selector pods = LabelSelectorReader.pods(spec.object("podSelector"));
    List<Rule> ingress = KubernetesRuleReader.read(spec, "ingress");
    List<Rule> egress = KubernetesRuleReader.read(spec, "egress");
    boolean delete = staged == StagedAction.DELETE;
    boolean governsEgress = types.contains(EGRESS) || (types.isEmpty() && !egress.isEmpty());
    ResourceId id = metadata.id();
    Policy policy =
        new Policy(
            new Metadata(
                new ResourceId(id.kind(), id.namespace(), NAME_PREFIX + id.name()),
                metadata.labels(),
                metadata.position()),
            PolicyReader.DEFAULT_TIER,
            ORDER,
            pods,
            null,
            null,
            !delete && (types.isEmpty() || types.contains(INGRESS)),
            !delete && governsEgress,
            ingress,
            egress,
            false,
            false,
            false,
            staged);
    if (delete) {
      PolicyReader.checkNothingElse(spec);
    } else {
      warnOfTypes(spec, types, policy);
    }
    return policy;
  }

  private static void warnOfTypes(YamlObject spec, Set<String> types, Policy policy) {
    if (!policy.governsEgress() && !policy.egress().isEmpty()) {
      spec.warning(
          "egress", "has no effect: policyTypes has no Egress", "add Egress to policyTypes");
    }
    if (types.isEmpty() && policy.ingress().isEmpty() && policy.egress().isEmpty()) {
      spec.warning(
          spec.has("egress") ? "egress" : "policyTypes",
          "no rule and no type: the policy governs Ingress only, and so nothing here",
          "write \"policyTypes: [Egress]\" to deny egress by default");
    } else {
      PolicyReader.noticeIngress(spec, "policyTypes", policy);
    }
  }

  private static Set<String> types(YamlObject spec) {
    Set<String> types = new HashSet<>();
    for (YamlValue value : spec.values("policyTypes")) {
      String type = value.asString();
      if (type != null && !TYPES.containsKey(type)) {
        value.error(
            "\"" + type + "\" is unknown", Spelling.suggest(type, List.of(INGRESS, EGRESS)));
      } else if (type != null) {
        types.add(type);
      }
    }
    return types;
  }
}
