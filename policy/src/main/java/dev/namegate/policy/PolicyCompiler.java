// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns the valid objects into what one node decides flows by. */
public final class PolicyCompiler {
  private final Resources resources;
  private final String node;
  private final Problems problems = new Problems();
  private final DomainSets domainSets = new DomainSets();
  private final Decisions decisions = new Decisions();
  private final Map<String, Profile> profiles = new HashMap<>();
  private final Population population;
  private final ProgramCompiler programCompiler;
  private final List<Selected> egressPolicies;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final List<Program> local = new ArrayList<>();
  private final List<Program> forward = new ArrayList<>();

  private PolicyCompiler(Resources resources, String node) {
    this.resources = resources;
    this.node = node;
    profiles.put(ProfileReader.DEFAULT_ALLOW.metadata().name(), ProfileReader.DEFAULT_ALLOW);
    resources
        .all(Profile.class)
        .forEach(profile -> profiles.put(profile.metadata().name(), profile));
    egressPolicies =
        resources.all(Policy.class).stream()
            .filter(policy -> policy.staged() == null)
            .filter(Policy::governsEgress)
            .filter(policy -> !policy.doNotTrack() && !policy.preDnat())
            .map(policy -> new Selected(policy, Scope.ofPolicy(policy)))
            .toList();
    population = new Population(resources, profiles);
    programCompiler =
        new ProgramCompiler(
            resources, profiles, new RuleCompiler(population, domainSets, problems), decisions);
  }

  /** The policy of the node of this name: the endpoints whose {@code spec.node} it is. */
  public static CompiledPolicy compile(Resources resources, String node) {
    return new PolicyCompiler(resources, node).compile();
  }

  private CompiledPolicy compile() {
    List<Population.Member> members =
        population.members().stream()
            .sorted(Comparator.comparing(member -> nameKey(member.object())))
            .toList();
    Map<String, Resource> byInterface = new HashMap<>();
    for (Population.Member member : members) {
      if (member.object() instanceof WorkloadEndpoint workload && workload.node().equals(node)) {
        addWorkload(workload, member.labels(), byInterface);
      } else if (member.object() instanceof HostEndpoint host && host.node().equals(node)) {
        addHost(host, member.labels(), byInterface);
      }
    }
    warnOfMissing();
    return new CompiledPolicy(
        List.copyOf(endpoints),
        local.toArray(Program[]::new),
        forward.toArray(Program[]::new),
        new NameIndex(domainSets.all()),
        domainSets.all().size(),
        decisions.texts(),
        problems.sorted());
  }

  private static String nameKey(Resource object) {
    return object.metadata().namespace() + "/" + object.metadata().name();
  }

  private void addWorkload(
      WorkloadEndpoint workload, Map<String, String> labels, Map<String, Resource> byInterface) {
    if (workload.addresses().isEmpty()
        || isTaken("workload " + workload.interfaceName(), workload, byInterface)) {
      return;
    }
    warnOfProfiles(workload, workload.profiles());
    List<Policy> policies = policiesFor(labels, true, false);
    Program program = programCompiler.local(policies, workload.profiles());
    local.add(program);
    forward.add(program);
    endpoints.add(
        new Endpoint(
            endpoints.size(),
            Endpoint.Kind.WORKLOAD,
            workload.metadata().name(),
            workload.metadata().namespace(),
            workload.interfaceName(),
            List.copyOf(workload.addresses()),
            !policies.isEmpty(),
            false,
            program.usesDomains()));
  }

  private void addHost(
      HostEndpoint host, Map<String, String> labels, Map<String, Resource> byInterface) {
    if (!host.interfaceName().isEmpty()
        && isTaken("host " + host.interfaceName(), host, byInterface)) {
      return;
    }
    warnOfProfiles(host, host.profiles());
    List<Policy> policies = policiesFor(labels, false, false);
    List<Policy> onForward = policiesFor(labels, false, true);
    Program localProgram = programCompiler.local(policies, host.profiles());
    Program forwardProgram = programCompiler.forward(onForward);
    local.add(localProgram);
    forward.add(forwardProgram);
    endpoints.add(
        new Endpoint(
            endpoints.size(),
            Endpoint.Kind.HOST,
            host.metadata().name(),
            "",
            host.interfaceName(),
            List.copyOf(host.expectedAddresses()),
            !policies.isEmpty(),
            !onForward.isEmpty(),
            localProgram.usesDomains() || forwardProgram.usesDomains()));
  }

  /** Of several endpoints for one interface the one with the smallest name counts. */
  private boolean isTaken(String key, Resource endpoint, Map<String, Resource> byInterface) {
    Resource earlier = byInterface.putIfAbsent(key, endpoint);
    if (earlier != null) {
      problems.warning(
          endpoint.metadata().position(),
          endpoint.id().toString(),
          "is not used: " + earlier.id() + " is for the same interface and has the smaller name",
          "remove one of them");
    }
    return earlier != null;
  }

  private List<Policy> policiesFor(
      Map<String, String> labels, boolean workload, boolean forwarded) {
    return egressPolicies.stream()
        .filter(selected -> !forwarded || selected.policy().applyOnForward())
        .filter(selected -> workload || selected.policy().metadata().namespace().isEmpty())
        .filter(selected -> selected.scope() == null || selected.scope().matches(labels))
        .map(Selected::policy)
        .toList();
  }

  /** A policy that governs egress, and the endpoints it is for; null is all. */
  private record Selected(Policy policy, @Nullable Selector scope) {}

  private void warnOfProfiles(Resource endpoint, List<String> names) {
    for (String name : names) {
      if (!profiles.containsKey(name)) {
        problems.warning(
            endpoint.metadata().position(),
            endpoint.id() + ".spec.profiles",
            "profile \"" + name + "\" does not exist, and denies all that reaches it",
            Spelling.suggest(name, profiles.keySet()));
      }
    }
  }

  private void warnOfMissing() {
    for (String tier : new TreeSet<>(ProgramCompiler.undefinedTiers(resources))) {
      Policy first =
          resources.all(Policy.class).stream()
              .filter(policy -> policy.tier().equals(tier))
              .findFirst()
              .orElseThrow();
      problems.warning(
          first.metadata().position(),
          first.id() + ".spec.tier",
          "no Tier \"" + tier + "\" is defined; its policies come after all other tiers",
          "add an object of kind Tier with an order");
    }
    if (endpoints.isEmpty()) {
      TreeSet<String> nodes = new TreeSet<>();
      resources.all(WorkloadEndpoint.class).forEach(endpoint -> nodes.add(endpoint.node()));
      resources.all(HostEndpoint.class).forEach(endpoint -> nodes.add(endpoint.node()));
      problems.warning(
          Position.ofFile("resources"),
          "",
          "no endpoint of node \"" + node + "\": nothing is enforced",
          nodes.isEmpty()
              ? "add a HostEndpoint or a WorkloadEndpoint with \"node: " + node + "\""
              : "the endpoints that there are name the nodes " + String.join(", ", nodes));
    }
  }
}
