// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static dev.namegate.daemon.config.FelixParameters.ALLOW_IPIP;
import static dev.namegate.daemon.config.FelixParameters.ALLOW_VXLAN;
import static dev.namegate.daemon.config.FelixParameters.BACKEND;
import static dev.namegate.daemon.config.FelixParameters.CONNTRACK_INVALID_PASSES;
import static dev.namegate.daemon.config.FelixParameters.DNS_CACHE_EPOCH;
import static dev.namegate.daemon.config.FelixParameters.DNS_CACHE_FILE;
import static dev.namegate.daemon.config.FelixParameters.DNS_CACHE_SAVE_INTERVAL;
import static dev.namegate.daemon.config.FelixParameters.DNS_EXTRA_TTL;
import static dev.namegate.daemon.config.FelixParameters.DNS_MAX_HOLD;
import static dev.namegate.daemon.config.FelixParameters.DNS_POLICY_MODE;
import static dev.namegate.daemon.config.FelixParameters.DNS_QUEUE;
import static dev.namegate.daemon.config.FelixParameters.DNS_QUEUE_SIZE;
import static dev.namegate.daemon.config.FelixParameters.DNS_TRUSTED_SERVERS;
import static dev.namegate.daemon.config.FelixParameters.ENDPOINT_TO_HOST;
import static dev.namegate.daemon.config.FelixParameters.FAILSAFE_INBOUND;
import static dev.namegate.daemon.config.FelixParameters.FAILSAFE_OUTBOUND;
import static dev.namegate.daemon.config.FelixParameters.HELD_QUEUE;
import static dev.namegate.daemon.config.FelixParameters.HELD_QUEUE_SIZE;
import static dev.namegate.daemon.config.FelixParameters.INTERFACE_EXCLUSION;
import static dev.namegate.daemon.config.FelixParameters.INTERFACE_PREFIXES;
import static dev.namegate.daemon.config.FelixParameters.IPV6;
import static dev.namegate.daemon.config.FelixParameters.VXLAN_PORT;
import static dev.namegate.daemon.config.NamegateParameters.DENIED_MAX_HOLD;
import static dev.namegate.daemon.config.NamegateParameters.DNS_CPUS;
import static dev.namegate.daemon.config.NamegateParameters.FAILURE_MODE;
import static dev.namegate.daemon.config.NamegateParameters.FLOWS_QUEUE;
import static dev.namegate.daemon.config.NamegateParameters.FLOW_CPUS;
import static dev.namegate.daemon.config.NamegateParameters.FLOW_QUEUES;
import static dev.namegate.daemon.config.NamegateParameters.FLOW_QUEUE_SPREAD;
import static dev.namegate.daemon.config.NamegateParameters.FLOW_RING_SLOTS;
import static dev.namegate.daemon.config.NamegateParameters.KERNEL_FAST_PATH;
import static dev.namegate.daemon.config.NamegateParameters.LEARNING_SCOPE;
import static dev.namegate.daemon.config.NamegateParameters.LEARN_ADDRESS_HINTS;
import static dev.namegate.daemon.config.NamegateParameters.LEAVE_RULES;
import static dev.namegate.daemon.config.NamegateParameters.MAX_ADDRESSES;
import static dev.namegate.daemon.config.NamegateParameters.MAX_ADDRESSES_PER_NAME;
import static dev.namegate.daemon.config.NamegateParameters.MAX_FAST_PATH_ENTRIES;
import static dev.namegate.daemon.config.NamegateParameters.MAX_NAMES;
import static dev.namegate.daemon.config.NamegateParameters.MAX_TCP_BYTES;
import static dev.namegate.daemon.config.NamegateParameters.MAX_TCP_STREAMS;
import static dev.namegate.daemon.config.NamegateParameters.MAX_TTL;
import static dev.namegate.daemon.config.NamegateParameters.MIN_TTL;
import static dev.namegate.daemon.config.NamegateParameters.POLL_WINDOW;
import static dev.namegate.daemon.config.NamegateParameters.QUERY_LOG_GROUP;
import static dev.namegate.daemon.config.NamegateParameters.QUEUE_LENGTH;
import static dev.namegate.daemon.config.NamegateParameters.RECEIVE_BUFFER;
import static dev.namegate.daemon.config.NamegateParameters.REPLY_LOG_GROUP;
import static dev.namegate.daemon.config.NamegateParameters.STAGE_THREADS;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.HostInterfaces;
import dev.namegate.daemon.pipeline.PipelineConfig;
import dev.namegate.nfq.CpuAffinity;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.FlowQueueSpread;
import dev.namegate.nfq.rules.HostEndpointRule;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.policy.ConfigObject;
import dev.namegate.policy.Endpoint;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Predicate;

/**
 * Makes the daemon's configuration of all that says something about it.
 *
 * <p><b>Ordering:</b> a parameter of Calico's is looked for in the environment ({@code
 * FELIX_<Parameter>}), the configuration file, the {@code FelixConfiguration} of this node, the one
 * that selects it, and the {@code default} one; a parameter of ours in the {@code
 * NamegateConfiguration} of this node and the {@code default} one. The first that has it decides.
 *
 * <p><b>Errors:</b> a wrong value is reported and the default holds; what is unknown is reported
 * and the rest holds. A file that is there and cannot be read is an {@link IOException}.
 */
public final class ConfigReader {
  /** Headers of any packet that we follow; what is beyond is not looked at. */
  private static final int FLOW_COPY_RANGE = 256;

  /** What a result is: the configuration, what was wrong, and what an operator should know. */
  public record Result(DaemonConfig config, List<Problem> problems, List<String> notices) {}

  private final ResolvConf resolvConf;
  private final ParameterValues felix;
  private final ParameterValues namegate;
  private final List<String> notices;

  private ConfigReader(
      ResolvConf resolvConf,
      ParameterValues felix,
      ParameterValues namegate,
      List<String> notices) {
    this.resolvConf = resolvConf;
    this.felix = felix;
    this.namegate = namegate;
    this.notices = notices;
  }

  /**
   * Reads the settings for this node.
   *
   * @param endpoints those that policy was compiled for; the rules lead host endpoints' traffic to
   *     us
   */
  public static Result read(List<ConfigObject> configs, List<Endpoint> endpoints, String node)
      throws IOException {
    return read(configs, endpoints, node, LocalSources.here());
  }

  static Result read(
      List<ConfigObject> configs, List<Endpoint> endpoints, String node, LocalSources local)
      throws IOException {
    Problems problems = new Problems();
    List<String> notices = new ArrayList<>();
    List<ParameterSource> localSources = local.sources(problems);
    ConfigReader reader =
        resolve(configs, node, localSources, local.resolvConf(), problems, problems, notices);
    reader.resetMissingCpus(FLOW_CPUS, problems);
    reader.resetMissingCpus(DNS_CPUS, problems);
    DaemonConfig config = reader.config(endpoints);
    return new Result(config, problems.sorted(), List.copyOf(notices));
  }

  /**
   * The files beside the objects that {@link #read} looks at; they need not exist. What they say
   * may change while the daemon runs.
   */
  public static List<Path> files() {
    LocalSources local = LocalSources.here();
    List<Path> files = new ArrayList<>(local.resolvConf().files());
    files.add(local.file());
    return List.copyOf(files);
  }

  /**
   * @param problems of the values
   * @param clashes of values that exclude each other
   */
  static ConfigReader resolve(
      List<ConfigObject> configs,
      String node,
      List<ParameterSource> localSources,
      ResolvConf resolvConf,
      Problems problems,
      Problems clashes,
      List<String> notices) {
    NodeObjects objects = new NodeObjects(configs, node, problems, notices);
    ParameterValues namegate =
        ParameterValues.resolve(NamegateParameters.TABLE, objects.namegate(), problems);
    List<ParameterSource> sources = new ArrayList<>(localSources);
    sources.addAll(objects.felix(namegate.get(NamegateParameters.NODE_LABELS)));
    ParameterValues felix = ParameterValues.resolve(FelixParameters.TABLE, sources, problems);
    new SettingClashes(felix, namegate, clashes).reset();
    return new ConfigReader(resolvConf, felix, namegate, notices);
  }

  /** The daemon runs here; a check of files may be made elsewhere and does not look at CPUs. */
  private void resetMissingCpus(Parameter<List<Integer>> cpus, Problems problems)
      throws IOException {
    if (namegate.get(cpus).isEmpty()) {
      return;
    }
    SortedSet<Integer> online = CpuAffinity.online();
    List<Integer> missing =
        namegate.get(cpus).stream().filter(cpu -> !online.contains(cpu)).toList();
    if (!missing.isEmpty()) {
      namegate.reportError(
          cpus,
          "this host has no CPU " + missing + "; the default holds: no thread is bound",
          "write some of " + online,
          problems);
      namegate.reset(cpus);
    }
  }

  private DaemonConfig config(List<Endpoint> endpoints) throws IOException {
    return new DaemonConfig(
        rules(hostEndpoints(endpoints, each -> true, notices), forwardEndpoints(endpoints)),
        felix.get(BACKEND),
        queue(namegate.get(FLOWS_QUEUE), FLOW_COPY_RANGE),
        queue(felix.get(DNS_QUEUE), QueueConfig.MAX_COPY_RANGE),
        new CacheConfig(
            namegate.get(MAX_NAMES),
            namegate.get(MAX_ADDRESSES),
            namegate.get(MAX_ADDRESSES_PER_NAME),
            namegate.get(MIN_TTL).toNanos(),
            namegate.get(MAX_TTL).toNanos(),
            felix.get(DNS_EXTRA_TTL).toNanos(),
            namegate.get(LEARNING_SCOPE) == LearningScope.PER_CLIENT),
        new PipelineConfig(
            namegate.get(STAGE_THREADS),
            namegate.get(POLL_WINDOW),
            felix.get(DNS_MAX_HOLD),
            powerOfTwo(namegate.get(FLOW_RING_SLOTS)),
            powerOfTwo(felix.get(DNS_QUEUE_SIZE)),
            namegate.get(FLOW_QUEUE_SPREAD) == FlowQueueSpread.CPU,
            namegate.get(FLOW_CPUS),
            namegate.get(DNS_CPUS)),
        learning(),
        namegate.get(LEAVE_RULES));
  }

  private LearningConfig learning() {
    return new LearningConfig(
        felix.get(DNS_POLICY_MODE),
        namegate.get(KERNEL_FAST_PATH),
        namegate.get(MAX_FAST_PATH_ENTRIES),
        namegate.get(LEARN_ADDRESS_HINTS),
        felix.get(DNS_CACHE_FILE),
        felix.get(DNS_CACHE_SAVE_INTERVAL),
        felix.get(DNS_CACHE_EPOCH),
        queue(felix.get(HELD_QUEUE), FLOW_COPY_RANGE),
        felix.get(HELD_QUEUE_SIZE),
        namegate.get(DENIED_MAX_HOLD),
        namegate.get(REPLY_LOG_GROUP),
        namegate.get(MAX_TCP_STREAMS),
        namegate.get(MAX_TCP_BYTES));
  }

  private QueueConfig queue(int number, int copyRange) {
    return new QueueConfig(
        number, copyRange, namegate.get(QUEUE_LENGTH), false, true, namegate.get(RECEIVE_BUFFER));
  }

  static int powerOfTwo(int atLeast) {
    return Integer.highestOneBit(Math.max(2, atLeast) * 2 - 1);
  }

  private RulesConfig rules(
      List<HostEndpointRule> hostEndpoints, List<HostEndpointRule> forwardEndpoints)
      throws IOException {
    return RulesConfig.builder()
        .trustedServers(trustedServers())
        .dnsQueue(felix.get(DNS_QUEUE))
        .flowsQueue(namegate.get(FLOWS_QUEUE))
        .flowQueues(flowQueues())
        .flowQueueSpread(namegate.get(FLOW_QUEUE_SPREAD))
        .queryLogGroup(namegate.get(QUERY_LOG_GROUP))
        .replyLogGroup(namegate.get(REPLY_LOG_GROUP))
        .copiesReplies(felix.get(DNS_POLICY_MODE).copiesReplies())
        .acceptSets(namegate.get(KERNEL_FAST_PATH))
        .acceptSetEntries(namegate.get(MAX_FAST_PATH_ENTRIES))
        .failureMode(namegate.get(FAILURE_MODE))
        .interfacePrefixes(felix.get(INTERFACE_PREFIXES))
        .hostEndpoints(hostEndpoints)
        .forwardEndpoints(forwardEndpoints)
        .endpointToHostAction(felix.get(ENDPOINT_TO_HOST))
        .dropInvalid(!felix.get(CONNTRACK_INVALID_PASSES))
        .vxlanPort(felix.get(VXLAN_PORT))
        .allowWorkloadVxlan(felix.get(ALLOW_VXLAN))
        .allowWorkloadIpip(felix.get(ALLOW_IPIP))
        .ipv6(felix.get(IPV6))
        .failsafeInbound(felix.get(FAILSAFE_INBOUND))
        .failsafeOutbound(felix.get(FAILSAFE_OUTBOUND))
        .build();
  }

  /** Where it is up to us: one a CPU, as far as numbers are free. */
  private int flowQueues() throws IOException {
    int wanted = namegate.get(FLOW_QUEUES);
    if (wanted != NamegateParameters.AUTOMATIC_FLOW_QUEUES) {
      return wanted;
    }
    int first = namegate.get(FLOWS_QUEUE);
    int most = Math.min(NamegateParameters.MOST_AUTOMATIC_FLOW_QUEUES, CpuAffinity.online().size());
    int beyond = Math.min(first + most, QueueConfig.MAX_NUMBER + 1);
    for (int taken : List.of(felix.get(DNS_QUEUE), felix.get(HELD_QUEUE))) {
      if (taken > first) {
        beyond = Math.min(beyond, taken);
      }
    }
    return beyond - first;
  }

  private List<HostEndpointRule> forwardEndpoints(List<Endpoint> endpoints) throws IOException {
    // What there is to notice has been noticed for the host's own traffic.
    return hostEndpoints(endpoints, Endpoint::governedForward, new ArrayList<>());
  }

  /** Those that the rules can tell apart from workloads. */
  private List<HostEndpointRule> hostEndpoints(
      List<Endpoint> endpoints, Predicate<Endpoint> wanted, List<String> said) throws IOException {
    List<HostEndpointRule> rules = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.kind() == Endpoint.Kind.HOST && wanted.test(endpoint)) {
        for (String name : interfacesOf(endpoint, said)) {
          addHostEndpoint(endpoint, name, rules, said);
        }
      }
    }
    return rules;
  }

  private List<String> interfacesOf(Endpoint endpoint, List<String> said) throws IOException {
    if (!endpoint.interfaceName().isEmpty()) {
      return List.of(endpoint.interfaceName());
    }
    InterfaceExclusion exclusion = felix.get(INTERFACE_EXCLUSION);
    List<String> names =
        HostInterfaces.withAnyOf(endpoint.addresses()).stream()
            .filter(name -> !exclusion.excludes(name))
            .toList();
    if (names.isEmpty()) {
      said.add(
          "HostEndpoint "
              + endpoint.name()
              + " is not enforced: no interface has one of its"
              + " expectedIPs "
              + endpoint.addresses());
    }
    return names;
  }

  private void addHostEndpoint(
      Endpoint endpoint, String name, List<HostEndpointRule> rules, List<String> said) {
    if (felix.get(INTERFACE_PREFIXES).stream().anyMatch(name::startsWith)) {
      said.add(
          "HostEndpoint "
              + endpoint.name()
              + " is not enforced: its interface "
              + name
              + " is a workload's by its prefix");
    } else {
      rules.add(new HostEndpointRule(name));
    }
  }

  private List<TrustedServer> trustedServers() throws IOException {
    Optional<List<TrustedServerEntry>> entries = felix.given(DNS_TRUSTED_SERVERS);
    if (entries.isEmpty()) {
      return ownServers();
    }
    List<TrustedServer> servers = new ArrayList<>();
    for (TrustedServerEntry entry : entries.get()) {
      if (entry instanceof TrustedServerEntry.Address address) {
        servers.add(address.server());
      } else {
        notices.add(
            "trusted server "
                + entry
                + " waits for the Kubernetes source, which does not exist yet: it is not trusted");
      }
    }
    if (servers.isEmpty()) {
      notices.add("no DNS server is trusted: no domain will ever match");
    }
    return servers;
  }

  private List<TrustedServer> ownServers() throws IOException {
    List<TrustedServer> own = resolvConf.nameservers();
    notices.add(
        own.isEmpty()
            ? "no DNS server is trusted: dnsTrustedServers is not set and "
                + resolvConf.file()
                + " names none; no domain will ever match"
            : "dnsTrustedServers is not set: trusting the host's own resolvers " + own);
    return own;
  }
}
