// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.*;

public final class CompiledPolicy {
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final List<List<NetworkPolicySpec>> policies = new ArrayList<>();
  private final List<EndpointSpec> specs = new ArrayList<>();
  private final Resources resources;
  private final IdentityHashMap<Object, Integer> setIds = new IdentityHashMap<>();
  private final List<List<DomainPattern>> sets = new ArrayList<>();

  CompiledPolicy(Resources resources, String node) {
    this.resources = resources;
    for (EndpointSpec e : resources.endpoints()) {
      if (e.node().equals(node)) {
        endpoints.add(
            new Endpoint(
                endpoints.size(),
                e.kind(),
                e.namespace(),
                e.name(),
                e.interfaceName(),
                e.addresses()));
        specs.add(e);
        policies.add(
            resources.policies().stream()
                .filter(p -> p.governsEgress() && p.selector().matches(e.labels()))
                .sorted(
                    Comparator.comparingDouble(NetworkPolicySpec::order)
                        .thenComparing(NetworkPolicySpec::sortKey))
                .toList());
      }
    }
    for (NetworkPolicySpec p : resources.policies()) {
      for (PolicyRule r : p.egress()) {
        add(r.destination().domains());
      }
    }
    for (NetworkSetSpec s : resources.sets()) {
      add(s.domains());
    }
  }

  private void add(List<DomainPattern> d) {
    setIds.put(d, sets.size());
    sets.add(d);
  }

  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  private int find(Endpoint.Kind kind, String name) {
    return endpoints.stream()
        .filter(e -> e.kind() == kind && e.interfaceName().equals(name))
        .sorted(Comparator.comparing(Endpoint::name))
        .mapToInt(Endpoint::id)
        .findFirst()
        .orElse(-1);
  }

  public int workloadEndpoint(String name) {
    return find(Endpoint.Kind.WORKLOAD, name);
  }

  public int hostEndpoint(String name) {
    int e = find(Endpoint.Kind.HOST, name);
    return e >= 0 ? e : find(Endpoint.Kind.HOST, "*");
  }

  public int[] domainSets(DomainName name) {
    return java.util.stream.IntStream.range(0, sets.size())
        .filter(i -> sets.get(i).stream().anyMatch(p -> p.matches(name)))
        .toArray();
  }

  public boolean isAllow(int d) {
    return d == 1;
  }

  public int evaluate(int e, IpPacket p, DomainMembership m) {
    boolean any = false;
    for (NetworkPolicySpec pol : policies.get(e)) {
      any = true;
      for (PolicyRule r : pol.egress()) {
        if (matches(r, p, m)) {
          if (r.action() == PolicyRule.Action.ALLOW) {
            return 1;
          }
          if (r.action() == PolicyRule.Action.DENY) {
            return 0;
          }
        }
      }
    }
    return !any && specs.get(e).profiles().contains("projectcalico-default-allow") ? 1 : 0;
  }

  private boolean matches(PolicyRule r, IpPacket p, DomainMembership m) {
    if (r.protocol() >= 0 && r.protocol() != p.protocol()) return false;
    if (r.ipVersion() != 0 && r.ipVersion() != p.ipVersion()) return false;
    PolicyRule.Entity d = r.destination();
    IpAddress a = new IpAddress(p.destinationHi(), p.destinationLo());
    if (!d.ports().isEmpty()
        && d.ports().stream()
            .noneMatch(
                x ->
                    !x.isNamed()
                        && p.destinationPort() >= x.first()
                        && p.destinationPort() <= x.last())) return false;
    if (!d.nets().isEmpty() && d.nets().stream().noneMatch(n -> in(n, a))) return false;
    if (d.notNets().stream().anyMatch(n -> in(n, a))) return false;
    if (!d.domains().isEmpty() && !m.isMember(id(d.domains()))) return false;
    Selector s = d.selector();
    if (s != null) {
      boolean hit =
          specs.stream().anyMatch(x -> s.matches(x.labels()) && x.addresses().contains(a));
      for (NetworkSetSpec set : resources.sets()) {
        if (!hit && s.matches(set.labels())) {
          hit =
              set.nets().stream().anyMatch(n -> in(n, a))
                  || (r.action() == PolicyRule.Action.ALLOW && m.isMember(id(set.domains())));
        }
      }
      if (!hit) return false;
    }
    return true;
  }

  private int id(List<DomainPattern> d) {
    Integer i = setIds.get(d);
    return i == null ? -1 : i;
  }

  private static boolean in(Net n, IpAddress a) {
    return n.isIpv4() == a.isIpv4() && n.first().compareTo(a) <= 0 && a.compareTo(n.last()) <= 0;
  }
}
