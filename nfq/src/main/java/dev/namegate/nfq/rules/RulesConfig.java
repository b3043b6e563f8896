// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that the kernel rules depend on. Policy is not among it: a reload of policy changes no rule.
 *
 * @param trustedServers duplicates are dropped; a server's index in this list, both families
 *     counted, is the number that the NFLOG prefix of its copied replies carries
 * @param dnsQueue queue of trusted DNS replies
 * @param flowsQueue queue of flows to decide; the first of them if there are several
 * @param flowQueues how many queues share the flows, with numbers from {@code flowsQueue} on
 * @param flowQueueSpread by what the kernel chooses one of them
 * @param queryLogGroup NFLOG group of copied DNS queries
 * @param interfacePrefixes what the host side names of workload interfaces begin with; empty if the
 *     host has no workloads
 * @param hostEndpoints interfaces of which policy decides what the host itself opens
 * @param forwardEndpoints interfaces of which policy decides what the host forwards out of them
 * @param dropInvalid whether what conntrack calls INVALID is dropped (the opposite of {@code
 *     disableConntrackInvalidCheck})
 * @param vxlanPort UDP port that workloads may not send to unless {@code allowWorkloadVxlan}
 * @param copiesReplies whether DNS replies are copied and go on, instead of waiting in the queue
 * @param replyLogGroup NFLOG group of copied DNS replies
 * @param acceptSets whether the kernel accepts by itself the flows that stand in the accept sets
 * @param acceptSetEntries how many entries each accept set holds at most
 * @param failsafeInbound ports of host processes; what they send back passes, even on a connection
 *     that conntrack has never seen
 * @param failsafeOutbound ports that host processes may always reach
 * @param ipv6 whether there are rules for IPv6; without them IPv6 passes unjudged
 */
public record RulesConfig(
    List<TrustedServer> trustedServers,
    int dnsQueue,
    int flowsQueue,
    int flowQueues,
    FlowQueueSpread flowQueueSpread,
    int queryLogGroup,
    boolean copiesReplies,
    int replyLogGroup,
    boolean acceptSets,
    int acceptSetEntries,
    FailureMode failureMode,
    List<String> interfacePrefixes,
    List<HostEndpointRule> hostEndpoints,
    List<HostEndpointRule> forwardEndpoints,
    EndpointToHostAction endpointToHostAction,
    boolean dropInvalid,
    int vxlanPort,
    boolean allowWorkloadVxlan,
    boolean allowWorkloadIpip,
    List<FailsafePort> failsafeInbound,
    List<FailsafePort> failsafeOutbound,
    boolean ipv6) {

  public static final int DEFAULT_DNS_QUEUE = 101;
  public static final int DEFAULT_FLOWS_QUEUE = 102;

  /** Each has a thread and some MiB of memory. */
  public static final int MAX_FLOW_QUEUES = 32;

  /** No rule leads there: a verdict does. */
  public static final int DEFAULT_HELD_QUEUE = 100;

  /** Calico logs to groups 1, 2 and 3. */
  public static final int DEFAULT_QUERY_LOG_GROUP = 103;

  public static final int DEFAULT_REPLY_LOG_GROUP = 104;

  public static final int DEFAULT_ACCEPT_SET_ENTRIES = 262_144;

  /** IANA's port for VXLAN. */
  public static final int DEFAULT_VXLAN_PORT = 4789;

  /** Interface prefix of Calico's workloads. */
  public static final String DEFAULT_INTERFACE_PREFIX = "cali";

  /** A table of this many entries takes 128 MiB before the first. */
  static final int MAX_ACCEPT_SET_ENTRIES = 1 << 24;

  public RulesConfig {
    trustedServers = distinct(trustedServers);
    interfacePrefixes = distinct(interfacePrefixes);
    hostEndpoints = distinct(hostEndpoints);
    forwardEndpoints = distinct(forwardEndpoints);
    failsafeInbound = distinct(failsafeInbound);
    failsafeOutbound = distinct(failsafeOutbound);
    checkRange("dnsQueue", dnsQueue, 0, 65_535);
    checkRange("flowsQueue", flowsQueue, 0, 65_535);
    checkRange("flowQueues", flowQueues, 1, MAX_FLOW_QUEUES);
    checkRange("flowsQueue with flowQueues", flowsQueue + flowQueues - 1, 0, 65_535);
    checkRange("queryLogGroup", queryLogGroup, 1, 65_535);
    checkRange("replyLogGroup", replyLogGroup, 1, 65_535);
    if (queryLogGroup == replyLogGroup) {
      throw new IllegalArgumentException(
          "queryLogGroup=" + queryLogGroup + " is replyLogGroup too; each needs its own");
    }
    checkRange("acceptSetEntries", acceptSetEntries, 1, MAX_ACCEPT_SET_ENTRIES);
    checkRange("vxlanPort", vxlanPort, 1, 65_535);
    if (dnsQueue >= flowsQueue && dnsQueue < flowsQueue + flowQueues) {
      throw new IllegalArgumentException(
          "dnsQueue=" + dnsQueue + " is flowsQueue too; each needs a number of its own");
    }
    interfacePrefixes.forEach(prefix -> InterfaceName.check("interface prefix", prefix, 14));
    checkDisjoint(interfacePrefixes, hostEndpoints);
    checkDisjoint(interfacePrefixes, forwardEndpoints);
  }

  /** The numbers of all queues of flows. */
  public List<Integer> allFlowQueues() {
    return IntStream.range(flowsQueue, flowsQueue + flowQueues).boxed().toList();
  }

  /** The same rules, for these host endpoints. */
  public RulesConfig withHostEndpoints(List<HostEndpointRule> newHostEndpoints) {
    return toBuilder().hostEndpoints(newHostEndpoints).build();
  }

  /** A builder that starts with these values. */
  public Builder toBuilder() {
    return new Builder()
        .trustedServers(trustedServers)
        .dnsQueue(dnsQueue)
        .flowsQueue(flowsQueue)
        .flowQueues(flowQueues)
        .flowQueueSpread(flowQueueSpread)
        .queryLogGroup(queryLogGroup)
        .copiesReplies(copiesReplies)
        .replyLogGroup(replyLogGroup)
        .acceptSets(acceptSets)
        .acceptSetEntries(acceptSetEntries)
        .failureMode(failureMode)
        .interfacePrefixes(interfacePrefixes)
        .hostEndpoints(hostEndpoints)
        .forwardEndpoints(forwardEndpoints)
        .endpointToHostAction(endpointToHostAction)
        .dropInvalid(dropInvalid)
        .vxlanPort(vxlanPort)
        .allowWorkloadVxlan(allowWorkloadVxlan)
        .allowWorkloadIpip(allowWorkloadIpip)
        .failsafeInbound(failsafeInbound)
        .failsafeOutbound(failsafeOutbound)
        .ipv6(ipv6);
  }

  private static <T> List<T> distinct(List<T> values) {
    return List.copyOf(new LinkedHashSet<>(values));
  }

  private static void checkDisjoint(List<String> prefixes, List<HostEndpointRule> hostEndpoints) {
    for (HostEndpointRule endpoint : hostEndpoints) {
      for (String prefix : prefixes) {
        if (endpoint.interfaceName().startsWith(prefix)) {
          throw new IllegalArgumentException(
              "host endpoint on "
                  + endpoint.interfaceName()
                  + ", which is a workload's by its prefix "
                  + prefix);
        }
      }
    }
  }

  static void checkRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + "=" + value + ", range=" + min + "-" + max);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * The defaults, to be changed one by one: no trusted server, no host endpoint, workloads behind
   * {@value #DEFAULT_INTERFACE_PREFIX} interfaces, closed on failure.
   */
  public static final class Builder {
    private List<TrustedServer> trustedServers = List.of();
    private int dnsQueue = DEFAULT_DNS_QUEUE;
    private int flowsQueue = DEFAULT_FLOWS_QUEUE;
    private int flowQueues = 1;
    private FlowQueueSpread flowQueueSpread = FlowQueueSpread.ADDRESSES;
    private int queryLogGroup = DEFAULT_QUERY_LOG_GROUP;
    private boolean copiesReplies;
    private int replyLogGroup = DEFAULT_REPLY_LOG_GROUP;
    private boolean acceptSets;
    private int acceptSetEntries = DEFAULT_ACCEPT_SET_ENTRIES;
    private FailureMode failureMode = FailureMode.CLOSED;
    private List<String> interfacePrefixes = List.of(DEFAULT_INTERFACE_PREFIX);
    private List<HostEndpointRule> hostEndpoints = List.of();
    private List<HostEndpointRule> forwardEndpoints = List.of();
    private EndpointToHostAction endpointToHostAction = EndpointToHostAction.DROP;
    private boolean dropInvalid = true;
    private int vxlanPort = DEFAULT_VXLAN_PORT;
    private boolean allowWorkloadVxlan;
    private boolean allowWorkloadIpip;
    private List<FailsafePort> failsafeInbound = FailsafePort.defaultInbound();
    private List<FailsafePort> failsafeOutbound = FailsafePort.defaultOutbound();
    private boolean ipv6 = true;

    private Builder() {}

    public Builder trustedServers(List<TrustedServer> servers) {
      trustedServers = servers;
      return this;
    }

    public Builder dnsQueue(int number) {
      dnsQueue = number;
      return this;
    }

    public Builder flowsQueue(int number) {
      flowsQueue = number;
      return this;
    }

    public Builder flowQueues(int count) {
      flowQueues = count;
      return this;
    }

    public Builder flowQueueSpread(FlowQueueSpread spread) {
      flowQueueSpread = spread;
      return this;
    }

    public Builder queryLogGroup(int group) {
      queryLogGroup = group;
      return this;
    }

    public Builder copiesReplies(boolean copies) {
      copiesReplies = copies;
      return this;
    }

    public Builder replyLogGroup(int group) {
      replyLogGroup = group;
      return this;
    }

    public Builder acceptSets(boolean sets) {
      acceptSets = sets;
      return this;
    }

    public Builder acceptSetEntries(int entries) {
      acceptSetEntries = entries;
      return this;
    }

    public Builder failureMode(FailureMode mode) {
      failureMode = mode;
      return this;
    }

    public Builder interfacePrefixes(List<String> prefixes) {
      interfacePrefixes = prefixes;
      return this;
    }

    public Builder hostEndpoints(List<HostEndpointRule> endpoints) {
      hostEndpoints = endpoints;
      return this;
    }

    public Builder forwardEndpoints(List<HostEndpointRule> endpoints) {
      this.forwardEndpoints = endpoints;
      return this;
    }

    public Builder endpointToHostAction(EndpointToHostAction action) {
      endpointToHostAction = action;
      return this;
    }

    public Builder dropInvalid(boolean drop) {
      dropInvalid = drop;
      return this;
    }

    public Builder vxlanPort(int port) {
      vxlanPort = port;
      return this;
    }

    public Builder allowWorkloadVxlan(boolean allow) {
      allowWorkloadVxlan = allow;
      return this;
    }

    public Builder allowWorkloadIpip(boolean allow) {
      allowWorkloadIpip = allow;
      return this;
    }

    public Builder failsafeInbound(List<FailsafePort> ports) {
      failsafeInbound = ports;
      return this;
    }

    public Builder failsafeOutbound(List<FailsafePort> ports) {
      failsafeOutbound = ports;
      return this;
    }

    public Builder ipv6(boolean support) {
      ipv6 = support;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException if a value is out of its range or two exclude each other
     */
    public RulesConfig build() {
      return new RulesConfig(
          trustedServers,
          dnsQueue,
          flowsQueue,
          flowQueues,
          flowQueueSpread,
          queryLogGroup,
          copiesReplies,
          replyLogGroup,
          acceptSets,
          acceptSetEntries,
          failureMode,
          interfacePrefixes,
          hostEndpoints,
          forwardEndpoints,
          endpointToHostAction,
          dropInvalid,
          vxlanPort,
          allowWorkloadVxlan,
          allowWorkloadIpip,
          failsafeInbound,
          failsafeOutbound,
          ipv6);
    }
  }
}
