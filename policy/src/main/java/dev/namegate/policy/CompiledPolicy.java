// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one node decides flows by.
 *
 * <p>Ids of endpoints, domain sets and decisions mean something to this policy only.
 *
 * <p><b>Threading:</b> immutable; any thread.
 *
 * <p><b>Bounds:</b> a decision walks the endpoint's rules once and allocates nothing.
 */
public final class CompiledPolicy {
  /** The most names that {@link #namesInOtherSets} tells of. */
  private static final int MOST_NAMES = 1_000;

  /** No endpoint is for an interface. */
  public static final int NO_ENDPOINT = -1;

  /** A decision does not depend on what is learnt. */
  public static final long NO_EXPIRY = Long.MAX_VALUE;

  /** The most ports that {@link #candidatePorts} names. */
  public static final int MAX_CANDIDATE_PORTS = CandidatePorts.MOST;

  private final List<Endpoint> endpoints;
  private final Map<String, Integer> workloads;
  private final Program[] local;
  private final Program[] forward;
  private final Program[] pending;
  private final Program[] pendingForward;
  private final CacheableFlows cacheableFlows;
  private final boolean stagesForward;
  private final NameIndex names;
  private final List<Set<DomainPattern>> domainSets;
  private final List<String> decisions;
  private final List<Problem> warnings;

  CompiledPolicy(
      List<Endpoint> endpoints,
      Programs.Set[] programs,
      NameIndex names,
      List<Set<DomainPattern>> domainSets,
      List<String> decisions,
      List<Problem> warnings) {
    this.endpoints = endpoints;
    this.workloads =
        endpoints.stream()
            .filter(endpoint -> endpoint.kind() == Endpoint.Kind.WORKLOAD)
            .collect(Collectors.toUnmodifiableMap(Endpoint::interfaceName, Endpoint::id));
    this.local = each(programs, Programs.Set::local);
    this.forward = each(programs, Programs.Set::forward);
    this.pending = each(programs, Programs.Set::pending);
    this.pendingForward = each(programs, Programs.Set::pendingForward);
    this.stagesForward = !Arrays.equals(forward, pendingForward);
    this.cacheableFlows = new CacheableFlows(endpoints);
    this.names = names;
    this.domainSets = domainSets;
    this.decisions = decisions;
    this.warnings = warnings;
  }

  private static Program[] each(Programs.Set[] programs, Function<Programs.Set, Program> which) {
    return Arrays.stream(programs).map(which).toArray(Program[]::new);
  }

  /** The endpoints of this node; each stands at its id. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /** What only the objects together show to be risky. */
  public List<Problem> warnings() {
    return warnings;
  }

  /** The id of the workload endpoint behind this interface, or {@link #NO_ENDPOINT}. */
  public int workloadEndpoint(String interfaceName) {
    return workloads.getOrDefault(interfaceName, NO_ENDPOINT);
  }

  /**
   * The id of the host endpoint of this interface, or {@link #NO_ENDPOINT}; host endpoints that are
   * given by address alone are left out.
   */
  public int hostEndpoint(String interfaceName) {
    return hostEndpoint(interfaceName, List.of());
  }

  /**
   * The id of the host endpoint of the interface that has this name and these addresses, or {@link
   * #NO_ENDPOINT}. The smallest name wins; one for every interface comes last.
   */
  public int hostEndpoint(String interfaceName, List<IpAddress> addresses) {
    return endpoints.stream()
        .filter(endpoint -> endpoint.kind() == Endpoint.Kind.HOST)
        .filter(
            endpoint ->
                endpoint.interfaceName().equals(interfaceName)
                    || (endpoint.interfaceName().isEmpty()
                        && endpoint.addresses().stream().anyMatch(addresses::contains)))
        .min(Comparator.comparing(Endpoint::name))
        .or(
            () ->
                endpoints.stream()
                    .filter(endpoint -> endpoint.kind() == Endpoint.Kind.HOST)
                    .filter(e -> e.interfaceName().equals(Endpoint.ALL_INTERFACES))
                    .findFirst())
        .map(Endpoint::id)
        .orElse(NO_ENDPOINT);
  }

  /**
   * The ids of the domain sets that this name belongs to, sorted. For when a name is learnt.
   *
   * <p><b>Ownership:</b> the array may be kept and is never written to, by either side.
   */
  @HotPath
  public int[] domainSets(DomainName name) {
    return names.domainSets(name);
  }

  /**
   * As {@link #domainSets(DomainName)}, of the name whose canonical wire form (lower case,
   * uncompressed) is {@code octets[from, to)}. Allocates nothing for a name that one pattern, or
   * none, is for.
   */
  @HotPath
  public int[] domainSets(byte[] octets, int from, int to) {
    return names.domainSets(octets, from, to);
  }

  /** Ids of domain sets are below this. */
  public int domainSetCount() {
    return domainSets.size();
  }

  /**
   * Whether ids and patterns of all domain sets are the same, so that what addresses were found to
   * be members of under the other policy is right under this one.
   */
  public boolean hasSameDomainSets(CompiledPolicy other) {
    return domainSets.equals(other.domainSets);
  }

  /**
   * The names that may belong to other domain sets, by their ids, than under the other policy: all
   * others belong to the same. Empty if they are more than {@value #MOST_NAMES}, or not to be
   * listed, for a pattern with an asterisk is among what differs.
   */
  public Optional<Set<DomainName>> namesInOtherSets(CompiledPolicy other) {
    Set<DomainName> names = new HashSet<>();
    for (int id = 0; id < Math.max(domainSetCount(), other.domainSetCount()); id++) {
      Set<DomainPattern> now = domainSet(id);
      Set<DomainPattern> then = other.domainSet(id);
      if (!now.equals(then) && !(addNames(now, names) && addNames(then, names))) {
        return Optional.empty();
      }
    }
    return Optional.of(names);
  }

  private Set<DomainPattern> domainSet(int id) {
    return id < domainSets.size() ? domainSets.get(id) : Set.of();
  }

  /** False if they are too many, or one of them is for more than a name. */
  private static boolean addNames(Set<DomainPattern> patterns, Set<DomainName> names) {
    for (DomainPattern pattern : patterns) {
      if (pattern.isWildcard() || names.size() == MOST_NAMES) {
        return false;
      }
      names.add(DomainName.parse(pattern.toString()));
    }
    return true;
  }

  /**
   * Whether the decision of {@link #evaluate(int, IpPacket, DomainMembership)} to allow this packet
   * holds for every packet of the endpoint with the same protocol, destination and destination
   * port, for a workload also the same source address. It then goes on to hold as long as {@link
   * #lifetimeNs} says: what is learnt besides can only allow more.
   *
   * <p>Not so where something is to happen for each flow: a Log rule, the comparison with a staged
   * policy, be it one for what a host forwards.
   */
  @HotPath
  public boolean isCacheable(int endpointId, int decision, IpPacket packet) {
    return isAllow(decision)
        && !hasStaged(endpointId)
        && !(stagesForward && cacheableFlows.isWorkload(endpointId))
        && cacheableFlows.isCacheable(endpointId, packet)
        && local[endpointId].isCacheable(decision, packet, cacheableFlows.isWorkload(endpointId));
  }

  /**
   * How long from now what is learnt leads to this decision of {@link #evaluate(int, IpPacket,
   * DomainMembership)}, or {@link #NO_EXPIRY} if it does not depend on that.
   */
  @HotPath
  public long lifetimeNs(int endpointId, int decision, IpPacket packet, DomainLifetimes learnt) {
    return local[endpointId].lifetimeNs(decision, packet, learnt);
  }

  /**
   * To which ports a flow of the endpoint may soon go to an address that was learnt: those that the
   * rules for its names list one by one, or those of the web. A guess, and no decision.
   *
   * @param into gets {@link #portKey} of each
   * @return how many, at most the length of {@code into}
   */
  public int candidatePorts(int endpointId, DomainMembership learnt, int[] into) {
    return local[endpointId].candidatePorts(learnt, into);
  }

  /** One number for a protocol (the upper half) and a port (the lower 16 bits). */
  public static int portKey(int protocol, int port) {
    return PortSet.key(protocol, port);
  }

  /** Decides a flow that a workload, or this host through this endpoint, opens. */
  @HotPath
  public int evaluate(int endpointId, IpPacket packet, DomainMembership learnt) {
    return local[endpointId].evaluate(packet, learnt, RuleLog.NONE);
  }

  /** As {@link #evaluate(int, IpPacket, DomainMembership)}, and says which Log rules matched. */
  @HotPath
  public int evaluate(int endpointId, IpPacket packet, DomainMembership learnt, RuleLog log) {
    return local[endpointId].evaluate(packet, learnt, log);
  }

  /** Decides a flow that this host forwards out of a host endpoint. */
  @HotPath
  public int evaluateForward(
      int endpointId, IpPacket packet, DomainMembership learnt, RuleLog log) {
    return forward[endpointId].evaluate(packet, learnt, log);
  }

  /**
   * Whether staged policies are for this endpoint, so that they could decide its flows otherwise.
   */
  @HotPath
  public boolean hasStaged(int endpointId) {
    return pending[endpointId] != local[endpointId]
        || pendingForward[endpointId] != forward[endpointId];
  }

  /**
   * As {@link #evaluate(int, IpPacket, DomainMembership)}, were the staged policies enforced, each
   * in the place of the policy of its name.
   */
  @HotPath
  public int evaluatePending(int endpointId, IpPacket packet, DomainMembership learnt) {
    return pending[endpointId].evaluate(packet, learnt, RuleLog.NONE);
  }

  /** As {@link #evaluateForward}, were the staged policies enforced. */
  @HotPath
  public int evaluatePendingForward(int endpointId, IpPacket packet, DomainMembership learnt) {
    return pendingForward[endpointId].evaluate(packet, learnt, RuleLog.NONE);
  }

  /**
   * How a flow comes to its decision.
   *
   * @param forwarded whether this host forwards it out of a host endpoint
   * @param learntNames the names that an address was learnt for
   */
  public Explanation explain(
      int endpointId,
      boolean forwarded,
      IpPacket packet,
      Function<IpAddress, List<DomainName>> learntNames) {
    Comparer comparer = new Comparer(packet, learntNames, this);
    Explanation staged =
        hasStaged(endpointId)
            ? explain(
                endpointId, (forwarded ? pendingForward : pending)[endpointId], comparer, null)
            : null;
    return explain(endpointId, (forwarded ? forward : local)[endpointId], comparer, staged);
  }

  private Explanation explain(
      int endpointId, Program program, Comparer comparer, @Nullable Explanation staged) {
    List<Explanation.Step> steps = new ArrayList<>();
    int decision = program.explain(comparer, steps);
    return new Explanation(
        endpoints.get(endpointId), steps, isAllow(decision), describe(decision), staged);
  }

  @HotPath
  public boolean isAllow(int decision) {
    return Decisions.isAllow(decision);
  }

  /**
   * What decided: {@code tier default, NetworkPolicy shop/web, egress[1] Allow}, {@code end of tier
   * default}, {@code no policy or profile allows}.
   */
  public String describe(int decision) {
    return decisions.get(decision / 2);
  }
}
