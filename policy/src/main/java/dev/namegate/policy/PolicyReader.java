// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.selector.Selector;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads GlobalNetworkPolicy, NetworkPolicy and their staged forms. */
final class PolicyReader {
  static final String DEFAULT_TIER = "default";

  private static final String INGRESS = "Ingress";
  private static final String EGRESS = "Egress";
  private static final Map<String, StagedAction> STAGED_ACTIONS =
      Arrays.stream(StagedAction.values())
          .collect(Collectors.toMap(StagedAction::toString, action -> action));

  private PolicyReader() {}

  static Policy global(Metadata metadata, YamlObject spec) {
    return readGlobal(metadata, spec, null);
  }

  static Policy namespaced(Metadata metadata, YamlObject spec) {
    return read(metadata, spec, null, Hook.NONE, null);
  }

  static Policy stagedGlobal(Metadata metadata, YamlObject spec) {
    return readGlobal(metadata, spec, stagedAction(spec));
  }

  static Policy stagedNamespaced(Metadata metadata, YamlObject spec) {
    return read(metadata, spec, null, Hook.NONE, stagedAction(spec));
  }

  private record Hook(boolean doNotTrack, boolean preDnat, boolean applyOnForward) {
    static final Hook NONE = new Hook(false, false, false);
  }

  private static Policy readGlobal(
      Metadata metadata, YamlObject spec, @Nullable StagedAction staged) {
    Hook hook =
        new Hook(
            spec.bool("doNotTrack", false),
            spec.bool("preDNAT", false),
            spec.bool("applyOnForward", false));
    Policy policy =
        read(metadata, spec, Fields.selectorWithoutGlobal(spec, "namespaceSelector"), hook, staged);
    if (staged != StagedAction.DELETE) {
      warnOfNoValue(spec, "namespaceSelector");
    }
    checkHook(spec, policy);
    return policy;
  }

  private static Policy read(
      Metadata metadata,
      YamlObject spec,
      @Nullable Selector namespaceSelector,
      Hook hook,
      @Nullable StagedAction staged) {
    String tier = spec.string("tier", DEFAULT_TIER);
    Fields.checkForm(spec, "tier", tier, Fields.DNS_LABEL, 63, "use a-z, 0-9 and '-'");
    boolean delete = staged == StagedAction.DELETE;
    Set<String> types = types(spec);
    List<Rule> ingress = RuleReader.ofPolicy(spec, "ingress");
    List<Rule> egress = RuleReader.ofPolicy(spec, "egress");
    boolean governsEgress = types.contains(EGRESS) || (types.isEmpty() && !egress.isEmpty());
    boolean governsIngress =
        types.contains(INGRESS) || (types.isEmpty() && (!ingress.isEmpty() || egress.isEmpty()));
    readPerformanceHints(spec);
    Policy policy =
        new Policy(
            metadata,
            tier.isEmpty() ? DEFAULT_TIER : tier,
            spec.number("order", Double.POSITIVE_INFINITY),
            Fields.selectorWithoutGlobal(spec, "selector"),
            namespaceSelector,
            Fields.selectorWithoutGlobal(spec, "serviceAccountSelector"),
            !delete && governsIngress,
            !delete && governsEgress,
            ingress,
            egress,
            hook.doNotTrack(),
            hook.preDnat(),
            hook.applyOnForward(),
            staged);
    if (delete) {
      checkNothingElse(spec);
    } else {
      warnOfTypes(spec, types, policy);
    }
    return policy;
  }

  static StagedAction stagedAction(YamlObject spec) {
    return spec.choice("stagedAction", StagedAction.SET, STAGED_ACTIONS);
  }

  /** A policy that says which one to delete says nothing else. */
  static void checkNothingElse(YamlObject spec) {
    for (String key : spec.keysThatSaySomething()) {
      if (!key.equals("tier") && !key.equals("stagedAction")) {
        spec.error(
            key,
            "is not allowed beside \"stagedAction: Delete\"",
            "keep nothing but tier and stagedAction");
      }
    }
  }

  private static Set<String> types(YamlObject spec) {
    Set<String> types = new HashSet<>();
    if (!spec.isNull("types") && spec.isEmpty("types")) {
      spec.error("types", "is empty", "write Ingress, Egress or both, or remove the key");
    }
    for (YamlValue value : spec.values("types")) {
      String type = value.asString();
      if (type == null) {
        continue;
      }
      if (!type.equals(INGRESS) && !type.equals(EGRESS)) {
        value.error(
            "\"" + type + "\" is unknown", Spelling.suggest(type, List.of(INGRESS, EGRESS)));
      } else if (!types.add(type)) {
        value.error("\"" + type + "\" is there twice", "remove one");
      }
    }
    return types;
  }

  private static void warnOfTypes(YamlObject spec, Set<String> types, Policy policy) {
    if (policy.doNotTrack() || policy.preDnat()) {
      return; // nothing of it is enforced, and that is said
    }
    warnOfNoValue(spec, "selector", "serviceAccountSelector");
    boolean ruleless = policy.egress().isEmpty() && policy.ingress().isEmpty();
    if (!policy.governsEgress() && !policy.egress().isEmpty()) {
      spec.warning("egress", "has no effect: types has no Egress", "add Egress to types");
    }
    if (types.isEmpty() && ruleless) {
      spec.warning(
          spec.has("egress") ? "egress" : "types",
          "no rule and no type: the policy governs Ingress only, and so nothing here",
          "write \"types: [Egress]\" to deny egress by default");
    } else if (types.isEmpty() && spec.has("egress") && policy.egress().isEmpty()) {
      spec.warning(
          "egress",
          "is empty, and so the policy governs Ingress only",
          "write \"types: [Egress]\" to deny egress by default");
    } else {
      noticeIngress(spec, "types", policy);
    }
  }

  private static void warnOfNoValue(YamlObject spec, String... selectors) {
    for (String key : selectors) {
      if (spec.isNull(key)) {
        spec.warning(key, "has no value, and so picks all", "write what it should pick, or all()");
      }
    }
  }

  /** Says once for each policy that its ingress side is not enforced. */
  static void noticeIngress(YamlObject spec, String types, Policy policy) {
    if (policy.governsIngress() || !policy.ingress().isEmpty()) {
      spec.notice(
          spec.has("ingress") ? "ingress" : types, "ingress is checked, and not enforced", "");
    }
  }

  private static void readPerformanceHints(YamlObject spec) {
    Set<String> seen = new HashSet<>();
    for (YamlValue value : spec.values("performanceHints")) {
      String hint = value.asString();
      if (hint != null && (!hint.equals("AssumeNeededOnEveryNode") || !seen.add(hint))) {
        value.error(
            "\"" + hint + "\" is unknown or there twice", "write AssumeNeededOnEveryNode once");
      }
    }
  }

  private static void checkHook(YamlObject spec, Policy policy) {
    if (policy.doNotTrack() && policy.preDnat()) {
      spec.error("preDNAT", "cannot be true beside doNotTrack", "write two policies");
    }
    if ((policy.doNotTrack() || policy.preDnat()) && !policy.applyOnForward()) {
      spec.error(
          policy.preDnat() ? "preDNAT" : "doNotTrack",
          "needs applyOnForward",
          "add \"applyOnForward: true\"");
    }
    if (policy.preDnat() && policy.governsEgress()) {
      spec.error("preDNAT", "cannot govern egress", "remove the egress rules and the type Egress");
    } else if (policy.preDnat() && !policy.egress().isEmpty()) {
      spec.error("egress", "is not allowed in a preDNAT policy", "remove it");
    }
    if (policy.doNotTrack() || policy.preDnat()) {
      spec.warning(
          policy.preDnat() ? "preDNAT" : "doNotTrack",
          "policies of this hook are checked, and not enforced",
          "");
    }
  }
}
