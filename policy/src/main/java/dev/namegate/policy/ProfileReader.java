// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads Profile, and Namespace, which becomes one. */
final class ProfileReader {
  /** What the name of a namespace's profile begins with. */
  static final String NAMESPACE_PROFILE = "kns.";

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
    return new Profile(
        metadata,
        Map.copyOf(labels),
        RuleReader.ofProfile(spec, "ingress"),
        RuleReader.ofProfile(spec, "egress"));
  }

  /** A namespace's profile: its labels with a prefix, and rules that allow everything. */
  static Profile ofNamespace(Metadata namespace, YamlObject spec) {
    spec.ignore("finalizers");
    Map<String, String> labels = new LinkedHashMap<>();
    namespace.labels().forEach((key, value) -> labels.put(Resource.NAMESPACE_PREFIX + key, value));
    labels.put(Resource.NAMESPACE_PREFIX + "projectcalico.org/name", namespace.name());
    ResourceId id = new ResourceId("Profile", "", NAMESPACE_PROFILE + namespace.name());
    return new Profile(
        new Metadata(id, Map.of(), namespace.position()),
        Map.copyOf(labels),
        List.of(allow(namespace.position())),
        List.of(allow(namespace.position())));
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
