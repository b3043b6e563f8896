// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.pipeline.Answer;
import dev.namegate.daemon.pipeline.Clients;
import dev.namegate.daemon.pipeline.OwnAddresses;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.rules.AcceptSets;
import dev.namegate.nfq.rules.CommandRunner;
import dev.namegate.nfq.rules.HostEndpointRule;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.DomainMembership;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cache, a policy and the fast path behind them, on a model of the kernel's sets. */
final class FastPathRig {
  private static final String ENDPOINTS =
      """
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: eth0}
      spec: {node: n, interfaceName: eth0}
      ---
      apiVersion: projectcalico.org/v3
      kind: HostEndpoint
      metadata: {name: all}
      spec: {node: n, interfaceName: '*'}
      ---
      """;

  private final ModelSets sets = new ModelSets(this::nowNs);
  private final Counters counters = new Counters();
  static final int DECIDERS = 2;

  private final List<LazyRequests> requests;
  private final FastPath fastPath;
  private final RulesConfig rules =
      RulesConfig.builder()
          .interfacePrefixes(List.of("cali"))
          .hostEndpoints(List.of(new HostEndpointRule("eth0"), HostEndpointRule.forAll()))
          .acceptSets(true)
          .build();
  private final DnsCache cache;
  private Ruleset ruleset;
  private long nowNs = System.nanoTime();
  private boolean failsToEmpty;
  private int nudges;

  FastPathRig(int maxEntries) {
    this(maxEntries, CacheConfig.DEFAULT);
  }

  FastPathRig(int maxEntries, CacheConfig cacheConfig) {
    cache = new DnsCache(cacheConfig, name -> new int[0], this::retracted);
    ruleset = ruleset(policy(), cache.table());
    requests =
        Stream.generate(() -> new LazyRequests(() -> nudges++, counters.newWriter()))
            .limit(DECIDERS)
            .toList();
    fastPath =
        new FastPath(
            sets,
            ModelSets.CAPACITY,
            maxEntries,
            new PolicyViews(sets, this::empty, name -> List.of()),
            requests,
            counters.newWriter());
  }

  private static Ruleset ruleset(CompiledPolicy policy, AddressTable addresses) {
    IpAddress own = IpAddress.parse("192.0.2.1");
    OwnAddresses ofThisHost = (hi, lo) -> hi == own.hi() && lo == own.lo();
    return new Ruleset(
        policy, addresses, List.of("cali"), false, Clients.of(policy, false, ofThisHost));
  }

  private void retracted(long hi, long lo) {
    fastPath.retracted(hi, lo);
  }

  /** Whether the cache has an answer, now, that lets this name's domain sets have the address. */
  boolean knows(String name, String address) {
    IpAddress wanted = address(address);
    return cache.known(nowNs).stream()
        .anyMatch(
            known ->
                known.edge() instanceof AddressEdge link
                    && link.owner().equals(DomainName.parse(name))
                    && link.address().equals(wanted));
  }

  private void empty(RulesConfig of) throws KernelRulesException {
    if (failsToEmpty) {
      new AcceptSets((command, input) -> new CommandRunner.Result(1, "", "not now")).renew(of);
    }
    sets.empty();
  }

  private static String workload(int number) {
    return """
    apiVersion: projectcalico.org/v3
    kind: WorkloadEndpoint
    metadata: {name: n-k8s-w%1$d-eth0, namespace: shop}
    spec:
      node: n
      orchestrator: k8s
      pod: w%1$d
      endpoint: eth0
      interfaceName: cali%1$d
      ipNetworks: [10.65.0.%2$d/32, 'fd65::%2$d/128']
    ---
    """
        .formatted(number, number + 1);
  }

  private static CompiledPolicy policy(String... allowed) {
    String yaml =
        ENDPOINTS
            + workload(1)
            + workload(2)
            + """
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: all}
            spec:
              types: [Egress]
              egress:
            """
            + Arrays.stream(allowed)
                .map(rule -> "    - " + rule.replaceFirst("\\{", "{action: Allow, ") + "\n")
                .collect(Collectors.joining());
    if (allowed.length == 0) {
      yaml = yaml.replace("egress:\n", "egress: []\n");
    }
    try {
      Path file = Files.createTempFile("policy", ".yaml");
      try {
        Files.writeString(file, yaml);
        return PolicyCompiler.compile(ResourceReader.read(List.of(file)).resources(), "n");
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes to a policy of these rules, each without its action, for all endpoints. */
  void enforce(String... allowed) throws KernelRulesException {
    CompiledPolicy policy = policy(allowed);
    ruleset = ruleset(policy, cache.rematch(policy::domainSets, nowNs));
    fastPath.renew(ruleset, rules, nowNs);
  }

  private record Told(AnswerLinks links, long clientHi, long clientLo) implements Answer {}

  /** Learns an answer for this client. */
  Answer learn(String client, String name, int ttlSeconds, String... addresses) {
    List<Edge> chain =
        Arrays.stream(addresses)
            .<Edge>map(each -> new AddressEdge(DomainName.parse(name), address(each), ttlSeconds))
            .toList();
    cache.learn(chain, nowNs);
    IpAddress to = address(client);
    return new Told(AnswerLinks.of(chain), to.hi(), to.lo());
  }

  /** Learns and commits an answer for this client, the only one of its batch. */
  void answer(String client, String name, int ttlSeconds, String... addresses) {
    fastPath.commit(learn(client, name, ttlSeconds, addresses), nowNs);
    fastPath.endOfBatch(nowNs);
    tidy();
  }

  /** What is done between two batches. */
  void tidy() {
    cache.expire(nowNs, 256);
    fastPath.tidy(nowNs);
  }

  /** The queue has had a TCP flow that the policy in force may have allowed. */
  void queued(String interfaceName, String source, String destination, int port) {
    queuedBy(0, interfaceName, source, destination, port);
  }

  /** The same, in one of the queues. */
  void queuedBy(int decider, String interfaceName, String source, String destination, int port) {
    CompiledPolicy policy = ruleset.policy();
    int workload = policy.workloadEndpoint(interfaceName);
    int endpoint = workload >= 0 ? workload : policy.hostEndpoint(interfaceName);
    IpPacket packet =
        new IpPacket().flow(IpPacket.TCP, address(source), 40_000, address(destination), port);
    int decision = policy.evaluate(endpoint, packet, membership(address(destination)));
    if (policy.isAllow(decision)) {
      requests.get(decider).allowed(ruleset, endpoint, decision, packet, nowNs);
    }
  }

  private DomainMembership membership(IpAddress address) {
    Destination destination = new Destination();
    destination.of(ruleset, -1, address.hi(), address.lo(), nowNs);
    return destination;
  }

  IpAddress address(String text) {
    return IpAddress.parse(text);
  }

  void failEmptying(boolean fail) {
    failsToEmpty = fail;
  }

  void passSeconds(int seconds) {
    nowNs += seconds * 1_000_000_000L;
  }

  void passNs(long ns) {
    nowNs += ns;
  }

  long nowNs() {
    return nowNs;
  }

  int nudges() {
    return nudges;
  }

  long count(Counter counter) {
    return counters.value(counter);
  }

  ModelSets sets() {
    return sets;
  }

  FastPath fastPath() {
    return fastPath;
  }
}
