// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a rule's selector can pick: the endpoints of all nodes and the network sets, each
 * with the labels it has in effect.
 */
final class Population {
  /**
   * One endpoint or set.
   *
   * @param labels its own, those of its namespace and those of its profiles
   */
  record Member(
      Resource object,
      Map<String, String> labels,
      List<Cidr> nets,
      List<DomainPattern> domains,
      List<NamedPort> ports) {}

  private final Map<String, Profile> profiles;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, List<Member>> selected = new HashMap<>();
  private final Map<String, AddressRanges> addresses = new HashMap<>();
  private final Set<String> portNames = new HashSet<>();

  Population(Resources resources, Map<String, Profile> profiles) {
    this.profiles = profiles;
    for (WorkloadEndpoint endpoint : resources.all(WorkloadEndpoint.class)) {
      List<Cidr> nets = endpoint.addresses().stream().map(Cidr::of).toList();
      add(endpoint, labels(endpoint), nets, List.of(), endpoint.ports());
    }
    for (HostEndpoint endpoint : resources.all(HostEndpoint.class)) {
      List<Cidr> nets = endpoint.expectedAddresses().stream().map(Cidr::of).toList();
      add(endpoint, labels(endpoint), nets, List.of(), endpoint.ports());
    }
    for (NetworkSet set : resources.all(NetworkSet.class)) {
      add(set, labels(set), set.nets(), set.domains(), List.of());
    }
  }

  private void add(
      Resource object,
      Map<String, String> labels,
      List<Cidr> nets,
      List<DomainPattern> domains,
      List<NamedPort> ports) {
    members.add(new Member(object, labels, nets, domains, ports));
    ports.forEach(port -> portNames.add(port.name()));
  }

  private Map<String, String> labels(WorkloadEndpoint endpoint) {
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
    endpoint.profiles().forEach(profile -> inherit(labels, profile));
    inherit(labels, ProfileReader.NAMESPACE_PROFILE + endpoint.metadata().namespace());
    return Map.copyOf(labels);
  }

  private Map<String, String> labels(HostEndpoint endpoint) {
    Map<String, String> labels = new HashMap<>(endpoint.metadata().labels());
    endpoint.profiles().forEach(profile -> inherit(labels, profile));
    return Map.copyOf(labels);
  }

  private Map<String, String> labels(NetworkSet set) {
    Map<String, String> labels = new HashMap<>(set.metadata().labels());
    String namespace = set.metadata().namespace();
    if (!namespace.isEmpty()) {
      labels.put(Resource.NAMESPACE_LABEL, namespace);
      inherit(labels, ProfileReader.NAMESPACE_PROFILE + namespace);
    }
    return Map.copyOf(labels);
  }

  private static void putIfSaid(Map<String, String> labels, String key, String value) {
    if (!value.isEmpty()) {
      labels.put(key, value);
    }
  }

  /** What the object has itself, or an earlier profile gave it, stays. */
  private void inherit(Map<String, String> labels, String profile) {
    Profile known = profiles.get(profile);
    if (known != null) {
      known.labelsToApply().forEach(labels::putIfAbsent);
    }
  }

  List<Member> members() {
    return members;
  }

  /** Whether an endpoint has a port of this name. */
  boolean definesPort(String name) {
    return portNames.contains(name);
  }

  /** The members whose labels meet the condition. */
  List<Member> selected(Selector selector) {
    return selected.computeIfAbsent(
        selector.toString(),
        text -> members.stream().filter(member -> selector.matches(member.labels())).toList());
  }

  /** The addresses of those members. */
  AddressRanges addresses(Selector selector) {
    return addresses.computeIfAbsent(
        selector.toString(),
        text ->
            AddressRanges.of(
                selected(selector).stream().flatMap(member -> member.nets().stream()).toList()));
  }
}
