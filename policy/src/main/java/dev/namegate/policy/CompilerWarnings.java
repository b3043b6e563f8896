// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.NamedPort;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Says what only the objects together show to be risky. */
final class CompilerWarnings {
  private final Problems problems = new Problems();

  List<Problem> sorted() {
    return problems.sorted();
  }

  void endpointNotUsed(Resource endpoint, Resource earlier) {
    problems.warning(
        endpoint.metadata().position(),
        endpoint.id().toString(),
        "is not used: " + earlier.id() + " is for the same interface and has the smaller name",
        "remove one of them");
  }

  void ofProfiles(Resource endpoint, Collection<String> known) {
    for (String name : LocalEndpoints.profiles(endpoint)) {
      if (!known.contains(name)) {
        problems.warning(
            endpoint.metadata().position(),
            endpoint.id() + ".spec.profiles",
            "profile \"" + name + "\" does not exist, and denies all that reaches it",
            Spelling.suggest(name, known));
      }
    }
  }

  void ofTiers(Resources resources) {
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
  }

  void noEndpoint(Resources resources, String node) {
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

  /** Warns of names of ports that exclude nothing, in the policies that are used here. */
  void ofPorts(Resources resources, Set<ResourceId> used) {
    Set<String> defined = new HashSet<>();
    resources.all(WorkloadEndpoint.class).forEach(endpoint -> add(endpoint.ports(), defined));
    resources.all(HostEndpoint.class).forEach(endpoint -> add(endpoint.ports(), defined));
    for (Policy policy : resources.all(Policy.class)) {
      if (used.contains(policy.id())) {
        for (int i = 0; i < policy.egress().size(); i++) {
          Rule rule = policy.egress().get(i);
          if (excludesByName(rule.source()) || excludesByName(rule.destination())) {
            ofPorts(rule, policy.id() + ".spec.egress[" + i + "]", defined);
          }
        }
      }
    }
  }

  private static boolean excludesByName(Rule.Entity entity) {
    return !entity.notPorts().names().isEmpty();
  }

  private static void add(List<NamedPort> ports, Set<String> names) {
    ports.forEach(port -> names.add(port.name()));
  }

  private void ofPorts(Rule rule, String path, Set<String> defined) {
    Stream.of(rule.source(), rule.destination())
        .flatMap(entity -> entity.notPorts().names().stream())
        .filter(name -> !defined.contains(name))
        .distinct()
        .forEach(
            name ->
                problems.warning(
                    rule.position(),
                    path,
                    "no endpoint has a port named \"" + name + "\", so nothing is excluded by it",
                    "write its number, or name the port in an endpoint"));
  }
}
