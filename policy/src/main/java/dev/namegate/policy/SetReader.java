// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.NetworkSet;

/** Reads GlobalNetworkSet and NetworkSet. */
final class SetReader {
  private SetReader() {}

  static NetworkSet read(Metadata metadata, YamlObject spec) {
    if (metadata.labels().containsKey(Resource.NAMESPACE_LABEL)) {
      spec.problemHere(
          "the label " + Resource.NAMESPACE_LABEL + " is not allowed on a set",
          "remove it: a NetworkSet has it by itself");
    }
    return new NetworkSet(
        metadata,
        Fields.parsed(spec, "nets", text -> Cidr.parse(text, false)),
        Fields.domains(spec, "allowedEgressDomains"));
  }
}
