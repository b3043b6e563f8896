// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import dev.namegate.policy.selector.Selector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A valid Calico object that decides flows. */
sealed interface Resource {
  /** The label that says which namespace an object is in. */
  String NAMESPACE_LABEL = "projectcalico.org/namespace";

  String SERVICE_ACCOUNT_LABEL = "projectcalico.org/serviceaccount";
  String ORCHESTRATOR_LABEL = "projectcalico.org/orchestrator";

  /** What the labels of a namespace, and of a service account, begin with on an endpoint. */
  String NAMESPACE_PREFIX = "pcns.";

  String SERVICE_ACCOUNT_PREFIX = "pcsa.";

  Metadata metadata();

  default ResourceId id() {
    return metadata().id();
  }

  /** Who an object is and where it was written. */
  record Metadata(ResourceId id, Map<String, String> labels, Position position) {
    String name() {
      return id.name();
    }

    /** Empty for what is in no namespace. */
    String namespace() {
      return id.namespace();
    }
  }

  /**
   * A GlobalNetworkPolicy, a NetworkPolicy or the staged form of one.
   *
   * @param order positive infinity if it has none
   * @param selector null if it has none or an empty one, which selects all
   * @param staged null for a policy that is enforced; of one that is staged to delete, only the
   *     name and the tier mean anything, and it governs nothing
   */
  record Policy(
      Metadata metadata,
      String tier,
      double order,
      @Nullable Selector selector,
      @Nullable Selector namespaceSelector,
      @Nullable Selector serviceAccountSelector,
      boolean governsIngress,
      boolean governsEgress,
      List<Rule> ingress,
      List<Rule> egress,
      boolean doNotTrack,
      boolean preDnat,
      boolean applyOnForward,
      @Nullable StagedAction staged)
      implements Resource {}

  /** A GlobalNetworkSet or a NetworkSet. */
  record NetworkSet(Metadata metadata, List<Cidr> nets, List<DomainPattern> domains)
      implements Resource {}

  /** A workload behind an interface of its node. */
  record WorkloadEndpoint(
      Metadata metadata,
      String node,
      String orchestrator,
      String serviceAccount,
      String interfaceName,
      List<IpAddress> addresses,
      List<String> profiles,
      List<NamedPort> ports)
      implements Resource {}

  /**
   * An interface of a node, seen from the node's own processes.
   *
   * @param interfaceName a name, {@code *} for every interface, or empty for the one that has one
   *     of the expected addresses
   */
  record HostEndpoint(
      Metadata metadata,
      String node,
      String interfaceName,
      List<IpAddress> expectedAddresses,
      List<String> profiles,
      List<NamedPort> ports)
      implements Resource {}

  /** A port that an endpoint gives a name. */
  record NamedPort(String name, int protocol, int port) {}

  /** A group of policies; groups are evaluated one after the other. */
  record Tier(Metadata metadata, double order, boolean passesByDefault) implements Resource {}

  /** Labels and rules for the endpoints that name it. */
  record Profile(
      Metadata metadata, Map<String, String> labelsToApply, List<Rule> ingress, List<Rule> egress)
      implements Resource {}
}
