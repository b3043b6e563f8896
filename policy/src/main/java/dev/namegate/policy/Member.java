// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that a selector can pick: an endpoint of any node, or a network set, with the labels
 * that it has in effect. Two members are the same only if they are one object.
 *
 * <p><b>Threading:</b> immutable.
 */
final class Member {
  private final Resource object;
  private final Map<String, String> labels;
  private final List<Cidr> nets;
  private final List<DomainPattern> domains;
  private final List<NamedPort> ports;

  private Member(
      Resource object,
      Map<String, String> labels,
      List<Cidr> nets,
      List<DomainPattern> domains,
      List<NamedPort> ports) {
    this.object = object;
    this.labels = Map.copyOf(labels);
    this.nets = nets;
    this.domains = domains;
    this.ports = ports;
  }

  /**
   * The endpoint or the set.
   *
   * @param profiles all there are, by name
   */
  static Member of(Resource object, Map<String, Profile> profiles) {
    if (object instanceof WorkloadEndpoint endpoint) {
      List<Cidr> nets = endpoint.addresses().stream().map(Cidr::of).toList();
      return new Member(endpoint, labels(endpoint, profiles), nets, List.of(), endpoint.ports());
    } else if (object instanceof HostEndpoint endpoint) {
      List<Cidr> nets = endpoint.expectedAddresses().stream().map(Cidr::of).toList();
      Map<String, String> labels = new HashMap<>(endpoint.metadata().labels());
      inherit(labels, endpoint.profiles(), profiles);
      return new Member(endpoint, labels, nets, List.of(), endpoint.ports());
    } else if (object instanceof NetworkSet set) {
      return new Member(set, labels(set, profiles), set.nets(), set.domains(), List.of());
    }
    throw new IllegalArgumentException("no selector picks a " + object.id().kind());
  }

  private static Map<String, String> labels(
      WorkloadEndpoint endpoint, Map<String, Profile> profiles) {
    Map<String, String> labels = new HashMap<>(endpoint.metadata().labels());
    labels
        .keySet()
        .removeIf(
            key ->
                key.startsWith(Resource.NAMESPACE_PREFIX)
                    || key.startsWith(Resource.SERVICE_ACCOUNT_PREFIX)
                    || key.equals(Resource.SERVICE_ACCOUNT_LABEL)
                    || key.equals(Resource.ORCHESTRATOR_LABEL));
    labels.put(Resource.NAMESPACE_LABEL, endpoint.metadata().namespace());
    putIfSaid(labels, Resource.ORCHESTRATOR_LABEL, endpoint.orchestrator());
    putIfSaid(labels, Resource.SERVICE_ACCOUNT_LABEL, endpoint.serviceAccount());
    inherit(labels, profileNames(endpoint), profiles);
    return labels;
  }

  private static Map<String, String> labels(NetworkSet set, Map<String, Profile> profiles) {
    Map<String, String> labels = new HashMap<>(set.metadata().labels());
    putIfSaid(labels, Resource.NAMESPACE_LABEL, set.metadata().namespace());
    inherit(labels, profileNames(set), profiles);
    return labels;
  }

  private static void putIfSaid(Map<String, String> labels, String key, String value) {
    if (!value.isEmpty()) {
      labels.put(key, value);
    }
  }

  /** What the object has itself, or an earlier profile gave it, stays. */
  private static void inherit(
      Map<String, String> labels, List<String> names, Map<String, Profile> profiles) {
    for (String name : names) {
      Profile known = profiles.get(name);
      if (known != null) {
        known.labelsToApply().forEach(labels::putIfAbsent);
      }
    }
  }

  /**
   * The profiles that give this object labels, in order: those that it names, then those of its
   * namespace and of its service account, which Kubernetes' objects always name.
   */
  static List<String> profileNames(Resource object) {
    List<String> names = new ArrayList<>();
    if (object instanceof HostEndpoint endpoint) {
      names.addAll(endpoint.profiles());
    } else if (object instanceof WorkloadEndpoint endpoint) {
      names.addAll(endpoint.profiles());
    }
    String namespace = object.metadata().namespace();
    if (!namespace.isEmpty()) {
      names.add(ProfileReader.NAMESPACE_PROFILE + namespace);
    }
    if (object instanceof WorkloadEndpoint endpoint && !endpoint.serviceAccount().isEmpty()) {
      names.add(
          ProfileReader.SERVICE_ACCOUNT_PROFILE + namespace + "." + endpoint.serviceAccount());
    }
    return names;
  }

  ResourceId id() {
    return object.id();
  }

  /** As it was when its meaning last changed; its position may be an older one. */
  Resource object() {
    return object;
  }

  /** Its own, those of its namespace and those of its profiles. */
  Map<String, String> labels() {
    return labels;
  }

  List<Cidr> nets() {
    return nets;
  }

  List<DomainPattern> domains() {
    return domains;
  }

  List<NamedPort> ports() {
    return ports;
  }

  /** Whether a rule that picks the one picks the same addresses, names and ports with the other. */
  boolean hasContentOf(Member other) {
    return nets.equals(other.nets) && domains.equals(other.domains) && ports.equals(other.ports);
  }

  /** {@code NetworkSet(shop/partners)}. */
  @Override
  public String toString() {
    return id().toString();
  }
}
