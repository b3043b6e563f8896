// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.HostInterfaces;
import dev.namegate.daemon.pipeline.PipelineConfig;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.HostEndpointRule;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.policy.ConfigObject;
import dev.namegate.policy.Endpoint;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Problems;
import dev.namegate.policy.YamlObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the daemon's configuration of the documents that hold settings: {@code FelixConfiguration}
 * {@code default}, then {@code node.<name>} over it, and {@code NamegateConfiguration}.
 *
 * <p><b>Errors:</b> a wrong value is reported and its default holds; a configuration always
 * results.
 */
public final class ConfigReader {
  /** Headers of any packet that we follow; what is beyond is not looked at. */
  private static final int FLOW_COPY_RANGE = 256;

  private static final int FLOW_SLOTS = 4_096;

  /** What a result is: the configuration, what was wrong, and what an operator should know. */
  public record Result(DaemonConfig config, List<Problem> problems, List<String> notices) {}

  private final String node;
  private final Path resolvConf;
  private final FelixSettings felix = new FelixSettings();
  private final NamegateSettings namegate = new NamegateSettings();
  private final Problems problems = new Problems();
  private final List<String> notices = new ArrayList<>();

  private ConfigReader(String node, Path resolvConf) {
    this.node = node;
    this.resolvConf = resolvConf;
  }

  /**
   * Reads the settings for this node.
   *
   * @param endpoints those that policy was compiled for; the rules lead host endpoints' traffic to
   *     us
   */
  public static Result read(List<ConfigObject> configs, List<Endpoint> endpoints, String node)
      throws IOException {
    return read(configs, endpoints, node, ResolvConf.DEFAULT);
  }

  static Result read(
      List<ConfigObject> configs, List<Endpoint> endpoints, String node, Path resolvConf)
      throws IOException {
    ConfigReader reader = new ConfigReader(node, resolvConf);
    reader.readObjects(configs);
    DaemonConfig config = reader.config(endpoints);
    return new Result(config, reader.problems.sorted(), List.copyOf(reader.notices));
  }

  private void readObjects(List<ConfigObject> configs) {
    for (String name : List.of("default", "node." + node)) {
      configs.stream()
          .filter(
              config -> config.kind().equals("FelixConfiguration") && config.name().equals(name))
          .forEach(config -> felix.read(config.spec().reportTo(problems)));
    }
    configs.stream()
        .filter(config -> config.kind().equals("NamegateConfiguration"))
        .filter(config -> config.name().equals("default"))
        .forEach(this::readNamegate);
    configs.stream()
        .filter(config -> !config.name().equals("default"))
        .filter(config -> !config.name().startsWith("node."))
        .forEach(
            config ->
                notices.add(
                    config.kind()
                        + " "
                        + config.name()
                        + " is not for any node: its name is"
                        + " neither default nor node.<name>"));
  }

  private void readNamegate(ConfigObject config) {
    YamlObject spec = config.spec().reportTo(problems);
    namegate.read(spec);
    if (namegate.flowsQueue == felix.dnsQueue) {
      spec.error(
          "flowsNfqueueID",
          namegate.flowsQueue + " is dnsPacketsNfqueueID too; the defaults hold for both",
          "two numbers");
      namegate.flowsQueue = RulesConfig.DEFAULT_FLOWS_QUEUE;
      felix.dnsQueue = RulesConfig.DEFAULT_DNS_QUEUE;
    }
  }

  private DaemonConfig config(List<Endpoint> endpoints) throws IOException {
    return new DaemonConfig(
        rules(hostEndpoints(endpoints)),
        felix.backend,
        queue(namegate.flowsQueue, FLOW_COPY_RANGE),
        queue(felix.dnsQueue, QueueConfig.MAX_COPY_RANGE),
        new CacheConfig(
            namegate.maxNames,
            namegate.maxAddresses,
            namegate.maxAddressesPerName,
            namegate.minTtl.toNanos(),
            namegate.maxTtl.toNanos(),
            felix.extraTtl.toNanos()),
        new PipelineConfig(
            namegate.stageThreads,
            namegate.pollWindow,
            felix.maxHold,
            FLOW_SLOTS,
            powerOfTwo(felix.dnsQueueSize)),
        namegate.leaveRulesOnExit);
  }

  private QueueConfig queue(int number, int copyRange) {
    return new QueueConfig(
        number, copyRange, namegate.queueLength, false, true, namegate.receiveBufferBytes);
  }

  private static int powerOfTwo(int atLeast) {
    return Integer.highestOneBit(Math.max(2, atLeast) * 2 - 1);
  }

  private RulesConfig rules(List<HostEndpointRule> hostEndpoints) throws IOException {
    RulesConfig.Builder rules =
        RulesConfig.builder()
            .trustedServers(trustedServers())
            .dnsQueue(felix.dnsQueue)
            .flowsQueue(namegate.flowsQueue)
            .queryLogGroup(namegate.queryLogGroup)
            .failureMode(namegate.failureMode)
            .interfacePrefixes(felix.interfacePrefixes)
            .hostEndpoints(hostEndpoints)
            .endpointToHostAction(felix.endpointToHostAction)
            .dropInvalid(felix.dropInvalid)
            .vxlanPort(felix.vxlanPort)
            .allowWorkloadVxlan(felix.allowVxlan)
            .allowWorkloadIpip(felix.allowIpip)
            .ipv6(felix.ipv6);
    if (felix.failsafeInbound != null) {
      rules.failsafeInbound(felix.failsafeInbound);
    }
    if (felix.failsafeOutbound != null) {
      rules.failsafeOutbound(felix.failsafeOutbound);
    }
    return rules.build();
  }

  /** Those that the rules can tell apart from workloads. */
  private List<HostEndpointRule> hostEndpoints(List<Endpoint> endpoints) throws IOException {
    List<HostEndpointRule> rules = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.kind() == Endpoint.Kind.HOST) {
        noticeForward(endpoint);
        for (String name : interfacesOf(endpoint)) {
          addHostEndpoint(endpoint, name, rules);
        }
      }
    }
    return rules;
  }

  private void noticeForward(Endpoint endpoint) {
    if (endpoint.governedForward()) {
      notices.add(
          "HostEndpoint "
              + endpoint.name()
              + ": policies with applyOnForward do not decide"
              + " forwarded traffic yet; they hold for what the host itself opens");
    }
  }

  private List<String> interfacesOf(Endpoint endpoint) throws IOException {
    if (!endpoint.interfaceName().isEmpty()) {
      return List.of(endpoint.interfaceName());
    }
    List<String> names = HostInterfaces.withAnyOf(endpoint.addresses());
    if (names.isEmpty()) {
      notices.add(
          "HostEndpoint "
              + endpoint.name()
              + " is not enforced: no interface has one of its"
              + " expectedIPs "
              + endpoint.addresses());
    }
    return names;
  }

  private void addHostEndpoint(Endpoint endpoint, String name, List<HostEndpointRule> rules) {
    if (felix.interfacePrefixes.stream().anyMatch(name::startsWith)) {
      notices.add(
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
    if (felix.trustedServers == null) {
      List<TrustedServer> own = ResolvConf.nameservers(resolvConf);
      notices.add(
          own.isEmpty()
              ? "no DNS server is trusted: dnsTrustedServers is not set and "
                  + resolvConf
                  + " names none; no domain will ever match"
              : "dnsTrustedServers is not set: trusting the host's own resolvers " + own);
      return own;
    }
    List<TrustedServer> servers = new ArrayList<>();
    for (TrustedServerEntry entry : felix.trustedServers) {
      if (entry instanceof TrustedServerEntry.Address address) {
        servers.add(address.server());
      } else {
        notices.add(
            "trusted server "
                + entry
                + " waits for the Kubernetes source, which does not exist"
                + " yet: it is not trusted");
      }
    }
    return servers;
  }
}
