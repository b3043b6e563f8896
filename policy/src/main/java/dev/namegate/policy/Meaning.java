// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.Tier;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What objects say, wherever they were written. */
final class Meaning {
  private Meaning() {}

  /** Whether both say the same. */
  static boolean isSame(@Nullable Resource one, Resource other) {
    return one != null
        && (Objects.equals(one, other)
            || (one.id().equals(other.id())
                && withoutPosition(one).equals(withoutPosition(other))));
  }

  /** Whether both rules say the same. */
  static boolean isSame(Rule one, Rule other) {
    return Objects.equals(one, other) || withoutPosition(one).equals(withoutPosition(other));
  }

  private static Resource withoutPosition(Resource object) {
    Metadata metadata = new Metadata(object.id(), object.metadata().labels(), Position.BUILT_IN);
    if (object instanceof Policy p) {
      return new Policy(
          metadata,
          p.tier(),
          p.order(),
          p.selector(),
          p.namespaceSelector(),
          p.serviceAccountSelector(),
          p.governsIngress(),
          p.governsEgress(),
          withoutPositions(p.ingress()),
          withoutPositions(p.egress()),
          p.doNotTrack(),
          p.preDnat(),
          p.applyOnForward(),
          p.staged());
    } else if (object instanceof NetworkSet s) {
      return new NetworkSet(metadata, s.nets(), s.domains());
    } else if (object instanceof WorkloadEndpoint w) {
      return new WorkloadEndpoint(
          metadata,
          w.node(),
          w.orchestrator(),
          w.serviceAccount(),
          w.interfaceName(),
          w.addresses(),
          w.profiles(),
          w.ports());
    } else if (object instanceof HostEndpoint h) {
      return new HostEndpoint(
          metadata, h.node(), h.interfaceName(), h.expectedAddresses(), h.profiles(), h.ports());
    } else if (object instanceof Profile p) {
      return new Profile(
          metadata, p.labelsToApply(), withoutPositions(p.ingress()), withoutPositions(p.egress()));
    } else if (object instanceof Tier t) {
      return new Tier(metadata, t.order(), t.passesByDefault());
    }
    throw new IllegalArgumentException("unknown kind " + object.id().kind());
  }

  private static List<Rule> withoutPositions(List<Rule> rules) {
    return rules.stream().map(Meaning::withoutPosition).toList();
  }

  private static Rule withoutPosition(Rule rule) {
    return new Rule(
        rule.action(),
        rule.ipVersion(),
        rule.protocol(),
        rule.notProtocol(),
        rule.icmp(),
        rule.notIcmp(),
        rule.source(),
        rule.destination(),
        Position.BUILT_IN);
  }
}
