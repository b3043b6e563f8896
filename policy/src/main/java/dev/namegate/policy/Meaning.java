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
    if (one == other) {
      return true;
    }
    if (one instanceof Policy p && other instanceof Policy q) {
      return isSamePolicy(p, q);
    }
    return one != null
        && one.id().equals(other.id())
        && withoutPosition(one).equals(withoutPosition(other));
  }

  /** Field by field: there may be many policies, and each is asked whenever one has changed. */
  private static boolean isSamePolicy(Policy one, Policy other) {
    return one.id().equals(other.id())
        && one.metadata().labels().equals(other.metadata().labels())
        && one.tier().equals(other.tier())
        && Double.compare(one.order(), other.order()) == 0
        && Objects.equals(one.selector(), other.selector())
        && Objects.equals(one.namespaceSelector(), other.namespaceSelector())
        && Objects.equals(one.serviceAccountSelector(), other.serviceAccountSelector())
        && one.governsIngress() == other.governsIngress()
        && one.governsEgress() == other.governsEgress()
        && areSame(one.ingress(), other.ingress())
        && areSame(one.egress(), other.egress())
        && one.doNotTrack() == other.doNotTrack()
        && one.preDnat() == other.preDnat()
        && one.applyOnForward() == other.applyOnForward()
        && one.staged() == other.staged();
  }

  private static boolean areSame(List<Rule> some, List<Rule> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = isSame(some.get(i), others.get(i));
    }
    return same;
  }

  /** Whether both rules say the same. */
  static boolean isSame(Rule one, Rule other) {
    return one.action() == other.action()
        && one.ipVersion() == other.ipVersion()
        && one.protocol() == other.protocol()
        && one.notProtocol() == other.notProtocol()
        && Objects.equals(one.icmp(), other.icmp())
        && Objects.equals(one.notIcmp(), other.notIcmp())
        && one.source().equals(other.source())
        && one.destination().equals(other.destination());
  }

  private static Resource withoutPosition(Resource object) {
    Metadata metadata = new Metadata(object.id(), object.metadata().labels(), Position.BUILT_IN);
    if (object instanceof NetworkSet s) {
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
