// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.Tier;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.Icmp;
import dev.namegate.policy.selector.Selector;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The meaning of the resources, read straight from sections 1.3, 3.5, 3.6, 3.7, 3.8 and 4 of the
 * specification, in the most obvious way, without anything of the compiler.
 */
final class NaiveInterpreter {
  private static final String NAMESPACE = "projectcalico.org/namespace";
  private static final String ACCOUNT = "projectcalico.org/serviceaccount";

  private final Resources resources;
  private final Map<String, Set<String>> learntNames;
  private final boolean pending;

  /**
   * An interpreter of these resources.
   *
   * @param learntNames the names that each address, as text, was learnt for
   */
  NaiveInterpreter(Resources resources, Map<String, Set<String>> learntNames) {
    this(resources, learntNames, false);
  }

  /** As the other, with the staged policies enforced if {@code pending}. */
  NaiveInterpreter(Resources resources, Map<String, Set<String>> learntNames, boolean pending) {
    this.resources = resources;
    this.learntNames = learntNames;
    this.pending = pending;
  }

  /** What decides a flow that this endpoint opens. */
  String decide(Resource endpoint, IpPacket packet) {
    for (Tier tier : tiers()) {
      List<Policy> policies = policies(endpoint, tier, false);
      String decision = inTier(tier, policies, packet);
      if (decision != null) {
        return decision;
      }
    }
    for (String name : profilesOf(endpoint)) {
      if (name.equals("projectcalico-default-allow")) {
        return "profile " + name + ", egress[0] Allow";
      }
      Profile profile = profile(name);
      if (profile == null) {
        return "profile " + name + " does not exist";
      }
      for (int i = 0; i < profile.egress().size(); i++) {
        Rule rule = profile.egress().get(i);
        if (rule.action() != Action.LOG && matches(rule, "", packet, false)) {
          return "profile " + name + ", egress[" + i + "] " + rule.action();
        }
      }
    }
    return "no policy or profile allows";
  }

  /** What decides a flow that is forwarded out of this host endpoint. */
  String decideForward(Resource endpoint, IpPacket packet) {
    for (Tier tier : tiers()) {
      String decision = inTier(tier, policies(endpoint, tier, true), packet);
      if (decision != null) {
        return decision;
      }
    }
    return "no policy denies forwarding";
  }

  private String inTier(Tier tier, List<Policy> policies, IpPacket packet) {
    if (policies.isEmpty()) {
      return null;
    }
    for (Policy policy : policies) {
      String namespace = policy.metadata().namespace();
      for (int i = 0; i < policy.egress().size(); i++) {
        Rule rule = policy.egress().get(i);
        if (rule.action() == Action.LOG
            || !matches(rule, namespace, packet, rule.action() == Action.ALLOW)) {
          continue;
        }
        if (rule.action() == Action.PASS) {
          return null;
        }
        return "tier "
            + policy.tier()
            + ", "
            + policy.id().kind()
            + " "
            + (namespace.isEmpty() ? "" : namespace + "/")
            + policy.metadata().name()
            + ", egress["
            + i
            + "] "
            + rule.action();
      }
    }
    return tier.passesByDefault() ? null : "end of tier " + tier.metadata().name();
  }

  private List<Tier> tiers() {
    Map<String, Tier> known = new HashMap<>();
    known.put("default", tier("default", 1_000_000, false));
    known.put("kube-admin", tier("kube-admin", 1_000, true));
    known.put("kube-baseline", tier("kube-baseline", 10_000_000, true));
    resources.all(Tier.class).forEach(tier -> known.put(tier.metadata().name(), tier));
    List<Tier> tiers = new ArrayList<>(known.values());
    tiers.sort(Comparator.comparing(Tier::order).thenComparing(tier -> tier.metadata().name()));
    TreeSet<String> unknown = new TreeSet<>();
    resources.all(Policy.class).forEach(policy -> unknown.add(policy.tier()));
    unknown.removeAll(known.keySet());
    unknown.forEach(name -> tiers.add(tier(name, 0, false)));
    return tiers;
  }

  private static Tier tier(String name, double order, boolean pass) {
    return new Tier(
        new Resource.Metadata(new ResourceId("Tier", "", name), Map.of(), Position.BUILT_IN),
        order,
        pass);
  }

  private List<Policy> policies(Resource endpoint, Tier tier, boolean forward) {
    return resources.all(Policy.class).stream()
        .filter(policy -> policy.tier().equals(tier.metadata().name()))
        .filter(this::takesPart)
        .filter(policy -> policy.governsEgress() && !policy.doNotTrack() && !policy.preDnat())
        .filter(policy -> !forward || policy.applyOnForward())
        .filter(policy -> selects(policy, endpoint))
        .sorted(
            Comparator.comparing(Policy::order)
                .thenComparing(
                    p ->
                        p.metadata().name() + "/" + p.metadata().namespace() + "/" + p.id().kind()))
        .toList();
  }

  private boolean takesPart(Policy policy) {
    if (policy.staged() != null) {
      return pending
          && (policy.staged() == StagedAction.SET || policy.staged() == StagedAction.LEARN);
    }
    return !pending
        || resources.all(Policy.class).stream()
            .filter(other -> other.staged() != null && other.staged() != StagedAction.IGNORE)
            .noneMatch(
                other ->
                    other.id().kind().equals("Staged" + policy.id().kind())
                        && other.metadata().name().equals(policy.metadata().name())
                        && other.metadata().namespace().equals(policy.metadata().namespace()));
  }

  private boolean selects(Policy policy, Resource endpoint) {
    Map<String, String> labels = labels(endpoint);
    String namespace = policy.metadata().namespace();
    if (!namespace.isEmpty()
        && !(endpoint instanceof WorkloadEndpoint && namespace.equals(labels.get(NAMESPACE)))) {
      return false;
    }
    boolean all = policy.namespaceSelector() == null || labels.containsKey(NAMESPACE);
    return (policy.selector() == null || holds(policy.selector(), labels, "", all))
        && (policy.namespaceSelector() == null
            || holds(policy.namespaceSelector(), labels, "pcns.", all))
        && (policy.serviceAccountSelector() == null
            || holds(policy.serviceAccountSelector(), labels, "pcsa.", true));
  }

  /**
   * Whether labels meet a condition; every label in it gets the prefix, and all() is {@code all}.
   */
  private static boolean holds(
      Selector selector, Map<String, String> labels, String prefix, boolean all) {
    if (selector instanceof Selector.And and) {
      return and.operands().stream().allMatch(part -> holds(part, labels, prefix, all));
    } else if (selector instanceof Selector.Or or) {
      return or.operands().stream().anyMatch(part -> holds(part, labels, prefix, all));
    } else if (selector instanceof Selector.Not not) {
      return !holds(not.operand(), labels, prefix, all);
    } else if (selector instanceof Selector.All) {
      return all;
    } else if (selector instanceof Selector.Has has) {
      return labels.containsKey(prefix + has.label());
    } else if (selector instanceof Selector.Equal equal) {
      return equal.value().equals(labels.get(prefix + equal.label()));
    } else if (selector instanceof Selector.NotEqual notEqual) {
      return !notEqual.value().equals(labels.get(prefix + notEqual.label()));
    } else if (selector instanceof Selector.In in) {
      String value = labels.get(prefix + in.label());
      return value != null && in.values().contains(value);
    } else if (selector instanceof Selector.NotIn notIn) {
      String value = labels.get(prefix + notIn.label());
      return value == null || !notIn.values().contains(value);
    } else if (selector instanceof Selector.Contains contains) {
      return labels.getOrDefault(prefix + contains.label(), "\0").contains(contains.part());
    } else if (selector instanceof Selector.StartsWith startsWith) {
      return labels.getOrDefault(prefix + startsWith.label(), "\0").startsWith(startsWith.part());
    } else if (selector instanceof Selector.EndsWith endsWith) {
      return labels.getOrDefault(prefix + endsWith.label(), "\0").endsWith(endsWith.part());
    }
    throw new AssertionError(selector);
  }

  private Map<String, String> labels(Resource object) {
    Map<String, String> labels = new HashMap<>();
    List<String> profiles = new ArrayList<>(profilesOf(object));
    if (!object.metadata().namespace().isEmpty()) {
      profiles.add("kns." + object.metadata().namespace());
    }
    if (object instanceof WorkloadEndpoint workload && !workload.serviceAccount().isEmpty()) {
      profiles.add("ksa." + object.metadata().namespace() + "." + workload.serviceAccount());
    }
    for (int i = profiles.size() - 1; i >= 0; i--) {
      Profile profile = profile(profiles.get(i));
      if (profile != null) {
        labels.putAll(profile.labelsToApply());
      }
    }
    for (Map.Entry<String, String> own : object.metadata().labels().entrySet()) {
      boolean forged = own.getKey().startsWith("pcns.") || own.getKey().startsWith("pcsa.");
      if (!(object instanceof WorkloadEndpoint && forged)) {
        labels.put(own.getKey(), own.getValue());
      }
    }
    if (!object.metadata().namespace().isEmpty()) {
      labels.put(NAMESPACE, object.metadata().namespace());
    }
    if (object instanceof WorkloadEndpoint workload) {
      if (!workload.serviceAccount().isEmpty()) {
        labels.put(ACCOUNT, workload.serviceAccount());
      }
      if (!workload.orchestrator().isEmpty()) {
        labels.put("projectcalico.org/orchestrator", workload.orchestrator());
      }
    }
    return labels;
  }

  private static List<String> profilesOf(Resource object) {
    if (object instanceof WorkloadEndpoint workload) {
      return workload.profiles();
    }
    return object instanceof HostEndpoint host ? host.profiles() : List.of();
  }

  private Profile profile(String name) {
    return resources.all(Profile.class).stream()
        .filter(profile -> profile.metadata().name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private boolean matches(Rule rule, String namespace, IpPacket packet, boolean setDomains) {
    List<Cidr> nets = new ArrayList<>(rule.source().nets());
    nets.addAll(rule.source().notNets());
    nets.addAll(rule.destination().nets());
    nets.addAll(rule.destination().notNets());
    if (!nets.isEmpty() && nets.get(0).isIpv4() != (packet.ipVersion() == 4)) {
      return false;
    }
    if (rule.ipVersion() != -1 && rule.ipVersion() != packet.ipVersion()) {
      return false;
    }
    if (rule.protocol() != -1 && rule.protocol() != packet.protocol()) {
      return false;
    }
    if (rule.notProtocol() != -1 && rule.notProtocol() == packet.protocol()) {
      return false;
    }
    if (rule.icmp() != null && !isIcmp(rule.icmp(), packet)) {
      return false;
    }
    if (rule.notIcmp() != null && isIcmp(rule.notIcmp(), packet)) {
      return false;
    }
    IpAddress source = new IpAddress(packet.sourceHi(), packet.sourceLo());
    IpAddress destination = new IpAddress(packet.destinationHi(), packet.destinationLo());
    return matches(rule.source(), namespace, packet, source, packet.sourcePort(), false)
        && matches(
            rule.destination(),
            namespace,
            packet,
            destination,
            packet.destinationPort(),
            setDomains)
        && (rule.destination().domains().isEmpty()
            || isLearnt(destination, rule.destination().domains()));
  }

  private static boolean isIcmp(Icmp icmp, IpPacket packet) {
    return icmp.type() == packet.icmpType()
        && (icmp.code() == -1 || icmp.code() == packet.icmpCode());
  }

  private boolean matches(
      Entity entity,
      String namespace,
      IpPacket packet,
      IpAddress address,
      int port,
      boolean setDomains) {
    if (!entity.nets().isEmpty()
        && entity.nets().stream().noneMatch(net -> contains(net, address))) {
      return false;
    }
    if (entity.notNets().stream().anyMatch(net -> contains(net, address))) {
      return false;
    }
    if (isScoped(entity, namespace)
        && all().stream()
            .filter(object -> inScope(object, entity, namespace))
            .noneMatch(
                object ->
                    nets(object).stream().anyMatch(net -> contains(net, address))
                        || (setDomains
                            && object instanceof NetworkSet set
                            && isLearnt(address, set.domains())))) {
      return false;
    }
    if (entity.notSelector() != null
        && all().stream()
            .filter(object -> holds(entity.notSelector(), labels(object), "", true))
            .anyMatch(object -> nets(object).stream().anyMatch(net -> contains(net, address)))) {
      return false;
    }
    return (entity.ports().isEmpty()
            || isPort(entity.ports(), entity, namespace, packet, address, port))
        && (entity.notPorts().isEmpty()
            || !isPort(entity.notPorts(), entity, namespace, packet, address, port));
  }

  private static boolean isScoped(Entity entity, String namespace) {
    return entity.namespaceSelector() != null
        || entity.selector() != null
        || entity.serviceAccounts() != null
        || (entity.notSelector() != null && !namespace.isEmpty());
  }

  private boolean inScope(Resource object, Entity entity, String namespace) {
    Map<String, String> labels = labels(object);
    boolean namespaced = labels.containsKey(NAMESPACE);
    if (entity.namespaceSelector() instanceof Selector.Global) {
      if (namespaced) {
        return false;
      }
    } else if (entity.namespaceSelector() != null) {
      if (!holds(entity.namespaceSelector(), labels, "pcns.", namespaced)) {
        return false;
      }
    } else if (!namespace.isEmpty()
        && isScoped(entity, namespace)
        && !namespace.equals(labels.get(NAMESPACE))) {
      return false;
    }
    if (entity.serviceAccounts() != null) {
      List<String> names = entity.serviceAccounts().names();
      if (!names.isEmpty() && !names.contains(labels.getOrDefault(ACCOUNT, "\0"))) {
        return false;
      }
      Selector accounts = entity.serviceAccounts().selector();
      if (accounts != null && !holds(accounts, labels, "pcsa.", true)) {
        return false;
      }
    }
    return entity.selector() == null || holds(entity.selector(), labels, "", true);
  }

  private boolean isPort(
      Rule.Ports ports,
      Entity entity,
      String namespace,
      IpPacket packet,
      IpAddress address,
      int port) {
    if (ports.ranges().stream().anyMatch(r -> r.first() <= port && port <= r.last())) {
      return true;
    }
    for (Resource object : all()) {
      if (isScoped(entity, namespace) && !inScope(object, entity, namespace)) {
        continue;
      }
      for (NamedPort named : namedPorts(object)) {
        if (ports.names().contains(named.name())
            && named.port() == port
            && named.protocol() == packet.protocol()
            && nets(object).stream().anyMatch(net -> contains(net, address))) {
          return true;
        }
      }
    }
    return false;
  }

  private List<Resource> all() {
    List<Resource> all = new ArrayList<>(resources.all(WorkloadEndpoint.class));
    all.addAll(resources.all(HostEndpoint.class));
    all.addAll(resources.all(NetworkSet.class));
    return all;
  }

  private static List<Cidr> nets(Resource object) {
    if (object instanceof WorkloadEndpoint workload) {
      return workload.addresses().stream().map(Cidr::of).toList();
    } else if (object instanceof HostEndpoint host) {
      return host.expectedAddresses().stream().map(Cidr::of).toList();
    }
    return ((NetworkSet) object).nets();
  }

  private static List<NamedPort> namedPorts(Resource object) {
    if (object instanceof WorkloadEndpoint workload) {
      return workload.ports();
    }
    return object instanceof HostEndpoint host ? host.ports() : List.of();
  }

  private static boolean contains(Cidr net, IpAddress address) {
    if (net.isIpv4() != address.isIpv4()) {
      return false;
    }
    int shift = (net.isIpv4() ? 32 : 128) - net.prefixLength();
    return new BigInteger(1, net.address().bytes())
        .shiftRight(shift)
        .equals(new BigInteger(1, address.bytes()).shiftRight(shift));
  }

  private boolean isLearnt(IpAddress address, List<DomainPattern> patterns) {
    return learntNames.getOrDefault(address.toString(), Set.of()).stream()
        .anyMatch(name -> patterns.stream().anyMatch(pattern -> matches(pattern.toString(), name)));
  }

  /** The reference algorithm of section 1.3. */
  private static boolean matches(String pattern, String name) {
    List<String> parts = List.of(pattern.split("\\."));
    List<String> labels = List.of(name.split("\\."));
    int star = parts.indexOf("*");
    if (star < 0) {
      return parts.equals(labels);
    }
    List<String> before = parts.subList(0, star);
    List<String> after = parts.subList(star + 1, parts.size());
    return labels.size() >= before.size() + after.size() + 1
        && labels.subList(0, before.size()).equals(before)
        && labels.subList(labels.size() - after.size(), labels.size()).equals(after);
  }
}
