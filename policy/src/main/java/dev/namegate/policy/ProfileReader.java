// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads Profile, and Namespace and ServiceAccount, which become one. */
final class ProfileReader {
  /** What the name of a namespace's profile begins with. */
  static final String NAMESPACE_PROFILE = "kns.";

  /** What the name of a service account's profile begins with; its namespace and name follow. */
  static final String SERVICE_ACCOUNT_PROFILE = "ksa.";

  /** On a namespace's or a service account's profile, the label that has its name. */
  private static final String NAME_LABEL = "projectcalico.org/name";

  /** Kubernetes gives this label to every namespace, so that manifests leave it out. */
  private static final String KUBERNETES_NAME_LABEL = "kubernetes.io/metadata.name";

  /** The profile that allows everything and that nobody has to write. */
  static final Profile DEFAULT_ALLOW =
      new Profile(
          new Metadata(
              new ResourceId("Profile", "", "projectcalico-default-allow"),
              Map.of(),
              Position.BUILT_IN),
          Map.of(),
          List.of(allow(Position.BUILT_IN)),
          List.of(allow(Position.BUILT_IN)));

  private ProfileReader() {}

  static Profile read(Metadata metadata, YamlObject spec) {
    if (metadata.name().equals(DEFAULT_ALLOW.metadata().name())) {
      spec.problemHere("this profile is built in", "remove it, or give it another name");
    }
    Map<String, String> labels = spec.stringMap("labelsToApply");
    MetadataReader.checkLabels(spec, "labelsToApply", labels);
    if (!spec.values("ingress").isEmpty()) {
      spec.notice("ingress", "ingress is checked, and not enforced", "");
    }
    return new Profile(
        metadata,
        Map.copyOf(labels),
        RuleReader.ofProfile(spec, "ingress"),
        RuleReader.ofProfile(spec, "egress"));
  }

  /** A namespace's profile: its labels with a prefix, and rules that allow everything. */
  static Profile ofNamespace(Metadata namespace, YamlObject spec) {
    spec.ignore("finalizers");
    Map<String, String> labels = new LinkedHashMap<>(namespace.labels());
    labels.put(KUBERNETES_NAME_LABEL, namespace.name());
    labels.put(NAME_LABEL, namespace.name());
    ResourceId id = new ResourceId("Profile", "", NAMESPACE_PROFILE + namespace.name());
    return new Profile(
        new Metadata(id, Map.of(), namespace.position()),
        prefixed(Resource.NAMESPACE_PREFIX, labels),
        List.of(allow(namespace.position())),
        List.of(allow(namespace.position())));
  }

  /** A service account's profile: its labels with a prefix, and no rules. */
  static Profile ofServiceAccount(Metadata account, YamlObject spec) {
    Map<String, String> labels = new LinkedHashMap<>(account.labels());
    labels.put(NAME_LABEL, account.name());
    String name = SERVICE_ACCOUNT_PROFILE + account.namespace() + "." + account.name();
    return new Profile(
        new Metadata(new ResourceId("Profile", "", name), Map.of(), account.position()),
        prefixed(Resource.SERVICE_ACCOUNT_PREFIX, labels),
        List.of(),
        List.of());
  }

  private static Map<String, String> prefixed(String prefix, Map<String, String> labels) {
    Map<String, String> prefixed = new LinkedHashMap<>();
    labels.forEach((key, value) -> prefixed.put(prefix + key, value));
    return Map.copyOf(prefixed);
  }

  private static Rule allow(Position position) {
    return new Rule(
        Action.ALLOW,
        Rule.ANY,
        Rule.ANY,
        Rule.ANY,
        null,
        null,
        Entity.EMPTY,
        Entity.EMPTY,
        position);
  }
}
