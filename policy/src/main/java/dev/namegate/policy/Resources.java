// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.Map;

/** The valid objects of a set of files. */
public final class Resources {
  private final List<NetworkPolicySpec> policies;
  private final List<NetworkSetSpec> sets;
  private final List<EndpointSpec> endpoints;
  private final List<ConfigObject> configs;

  Resources(
      List<NetworkPolicySpec> policies,
      List<NetworkSetSpec> sets,
      List<EndpointSpec> endpoints,
      List<ConfigObject> configs) {
    this.policies = List.copyOf(policies);
    this.sets = List.copyOf(sets);
    this.endpoints = List.copyOf(endpoints);
    this.configs = List.copyOf(configs);
  }

  List<NetworkPolicySpec> policies() {
    return policies;
  }

  List<NetworkSetSpec> sets() {
    return sets;
  }

  List<EndpointSpec> endpoints() {
    return endpoints;
  }

  /** The documents of kind FelixConfiguration and NamegateConfiguration. */
  public List<ConfigObject> configs() {
    return configs;
  }

  /** How many objects there are, by kind in words. */
  public Map<String, Integer> counts() {
    return Map.of(
        "policies", policies.size(), "networkSets", sets.size(), "endpoints", endpoints.size());
  }
}
