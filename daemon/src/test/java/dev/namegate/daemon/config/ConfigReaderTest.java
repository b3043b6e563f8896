// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.DnsPolicyMode;
import dev.namegate.daemon.pipeline.PipelineConfig;
import dev.namegate.daemon.pipeline.StageThreads;
import dev.namegate.nfq.CpuAffinity;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.Backend;
import dev.namegate.nfq.rules.Cidr;
import dev.namegate.nfq.rules.EndpointToHostAction;
import dev.namegate.nfq.rules.FailsafePort;
import dev.namegate.nfq.rules.FailureMode;
import dev.namegate.nfq.rules.FlowQueueSpread;
import dev.namegate.nfq.rules.HostEndpointRule;
import dev.namegate.nfq.rules.IpProtocol;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private static final String FELIX =
      """
      apiVersion: projectcalico.org/v3
      kind: FelixConfiguration
      metadata: {name: default}
      spec:
      """;

  private static final String NAMEGATE =
      """
      apiVersion: namegate.dev/v1
      kind: NamegateConfiguration
      metadata: {name: default}
      spec:
      """;

  @TempDir private Path directory;
  private Path resolvConf;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void writeResolvConf() throws IOException {
    resolvConf = directory.resolve("resolv.conf");
    Files.writeString(resolvConf, "nameserver 192.0.2.1\n");
  }

  private static TrustedServer server(String address, int port) {
    return new TrustedServer(IpAddress.parse(address), port);
  }

  private ConfigReader.Result read(String... documents) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, String.join("---\n", documents));
    ReadResult read = ResourceReader.read(List.of(file));
    assertEquals(List.of(), read.problems());
    return ConfigReader.read(
        read.resources().configs(),
        PolicyCompiler.compile(read.resources(), "lab").endpoints(),
        "lab",
        new LocalSources(
            environment, new ResolvConf(resolvConf, directory.resolve("no-resolved.conf"))));
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(problem -> problem.path() + ": " + problem.message()).toList();
  }

  @Test
  void hasCalicosDefaults() throws IOException {
    DaemonConfig config = read("# nothing\n").config();

    assertEquals(
        RulesConfig.builder()
            .trustedServers(List.of(server("192.0.2.1", 53)))
            .flowQueues(automatic())
            .flowQueueSpread(FlowQueueSpread.CPU)
            .acceptSets(true)
            .build(),
        config.rules());
    assertEquals(Optional.empty(), config.iptablesBackend());
    assertEquals(new QueueConfig(102, 256, 8_192, false, true, 16 << 20), config.flowsQueue());
    assertEquals(new QueueConfig(101, 65_531, 8_192, false, true, 16 << 20), config.dnsQueue());
    assertEquals(CacheConfig.DEFAULT, config.cache());
    assertEquals(
        new LearningConfig(
            DnsPolicyMode.DELAY_DNS_RESPONSE,
            true,
            262_144,
            true,
            Optional.empty(),
            Duration.ofSeconds(60),
            0,
            new QueueConfig(100, 256, 8_192, false, true, 16 << 20),
            255,
            Duration.ofMillis(900),
            104,
            1_024,
            16 << 20),
        config.learning());
    assertEquals(
        new PipelineConfig(
            StageThreads.POLLED,
            Duration.ofNanos(50_000),
            Duration.ofSeconds(3),
            256,
            128,
            true,
            List.of(),
            List.of()),
        config.pipeline());
    assertEquals(false, config.leaveRulesOnExit());
  }

  @Test
  void readsEveryFieldOfFelixConfiguration() throws IOException {
    ConfigReader.Result result =
        read(
            FELIX
                + """
                  DNSPolicyMode: Inline
                  dnsTrustedServers: ["192.0.2.53", "[2001:db8::53]:5353"]
                  dnsExtraTTL: 1m30s
                  dnsPacketsNfqueueID: 201
                  dnsPacketsNfqueueSize: 300
                  dnsPacketsNfqueueMaxHoldDuration: 900ms
                  interfacePrefix: veth,tap
                  defaultEndpointToHostAction: Return
                  iptablesBackend: Legacy
                  ipv6Support: false
                  disableConntrackInvalidCheck: true
                  vxlanPort: 8472
                  allowVXLANPacketsFromWorkloads: true
                  allowIPIPPacketsFromWorkloads: true
                  failsafeInboundHostPorts: [{protocol: tcp, port: 2222}]
                  failsafeOutboundHostPorts:
                  - {protocol: udp, port: 123, net: 192.0.2.0/24}
                """);

    assertEquals(List.of(), result.problems());
    assertEquals(
        RulesConfig.builder()
            .trustedServers(List.of(server("192.0.2.53", 53), server("2001:db8::53", 5353)))
            .flowQueues(automatic())
            .flowQueueSpread(FlowQueueSpread.CPU)
            .acceptSets(true)
            .dnsQueue(201)
            .interfacePrefixes(List.of("veth", "tap"))
            .endpointToHostAction(EndpointToHostAction.RETURN)
            .ipv6(false)
            .dropInvalid(false)
            .vxlanPort(8472)
            .allowWorkloadVxlan(true)
            .allowWorkloadIpip(true)
            .failsafeInbound(List.of(new FailsafePort(IpProtocol.TCP, 2222)))
            .failsafeOutbound(
                List.of(new FailsafePort(IpProtocol.UDP, 123, Cidr.parse("192.0.2.0/24"))))
            .build(),
        result.config().rules());
    assertEquals(Optional.of(Backend.LEGACY), result.config().iptablesBackend());
    assertEquals(201, result.config().dnsQueue().number());
    assertEquals(Duration.ofMillis(900), result.config().pipeline().maxHold());
    assertEquals(512, result.config().pipeline().replySlots());
    assertEquals(90_000_000_000L, result.config().cache().extraTtlNs());
  }

  @Test
  void readsEveryFieldOfNamegateConfiguration() throws IOException {
    ConfigReader.Result result =
        read(
            NAMEGATE
                + """
                  flowsNfqueueID: 202
                  dnsQueryNflogGroup: 203
                  failureMode: Open
                  stageThreads: Own
                  pollWindow: 0s
                  leaveRulesOnExit: true
                  dnsMinTTL: 5s
                  dnsMaxTTL: 1h
                  maxNames: 10
                  maxAddresses: 20
                  maxAddressesPerName: 5
                  queueLength: 100
                  receiveBufferBytes: 1000000
                """);

    assertEquals(List.of(), result.problems());
    DaemonConfig config = result.config();
    assertEquals(new QueueConfig(202, 256, 100, false, true, 1_000_000), config.flowsQueue());
    assertEquals(new QueueConfig(101, 65_531, 100, false, true, 1_000_000), config.dnsQueue());
    assertEquals(203, config.rules().queryLogGroup());
    assertEquals(FailureMode.OPEN, config.rules().failureMode());
    assertEquals(StageThreads.OWN, config.pipeline().stageThreads());
    assertEquals(Duration.ZERO, config.pipeline().pollWindow());
    assertEquals(true, config.leaveRulesOnExit());
    assertEquals(new CacheConfig(10, 20, 5, 5_000_000_000L, 3_600_000_000_000L, 0), config.cache());
  }

  @Test
  void letsTheNodesOwnObjectWinFieldByField() throws IOException {
    ConfigReader.Result result =
        read(
            FELIX + "  {dnsExtraTTL: 1s, vxlanPort: 1000}\n",
            FELIX.replace("default", "node.lab") + "  {vxlanPort: 2000}\n",
            FELIX.replace("default", "node.other") + "  {vxlanPort: 3000, ipv6Support: false}\n");

    assertEquals(List.of(), result.problems());
    assertEquals(2000, result.config().rules().vxlanPort());
    assertEquals(1_000_000_000L, result.config().cache().extraTtlNs());
    assertTrue(result.config().rules().ipv6());
  }

  @Test
  void replacesABadListOfTrustedServersByTheDefault() throws IOException {
    ConfigReader.Result result = read(FELIX + "  {dnsTrustedServers: [192.0.2.53, foo]}\n");

    assertEquals(1, result.problems().size());
    assertTrue(result.problems().get(0).path().endsWith("dnsTrustedServers[1]"));
    assertEquals(List.of(server("192.0.2.1", 53)), result.config().rules().trustedServers());
  }

  @Test
  void saysThatAKubernetesServiceIsNotTrustedYet() throws IOException {
    ConfigReader.Result result =
        read(FELIX + "  {dnsTrustedServers: [\"k8s-service:kube-dns\"]}\n");

    assertEquals(List.of(), result.problems());
    assertEquals(List.of(), result.config().rules().trustedServers());
    assertTrue(result.notices().get(0).contains("kube-dns"), result.notices().toString());
  }

  @Test
  void keepsTheDefaultWhereAValueIsWrongAndSaysSo() throws IOException {
    ConfigReader.Result result =
        read(
            FELIX
                + """
                  dnsPolicyMode: Delay
                  dnsPacketsNfqueueMaxHoldDuration: 0s
                  iptablesFilterDenyAction: Reject
                  defaultEndpointToHostAction: Allow
                  vxlanPort: 70000
                  ipv6Suport: false
                """);

    assertEquals(6, result.problems().size(), () -> texts(result.problems()).toString());
    assertEquals(Duration.ofSeconds(3), result.config().pipeline().maxHold());
    assertEquals(RulesConfig.DEFAULT_VXLAN_PORT, result.config().rules().vxlanPort());
  }

  @Test
  void refusesTwoUsesOfOneQueueAndKeepsTheDefaults() throws IOException {
    ConfigReader.Result result =
        read(FELIX + "  {dnsPacketsNfqueueID: 300}\n", NAMEGATE + "  {flowsNfqueueID: 300}\n");

    assertEquals(1, result.problems().size(), () -> texts(result.problems()).toString());
    assertEquals(101, result.config().dnsQueue().number());
    assertEquals(102, result.config().flowsQueue().number());
  }

  @Test
  void readsHowFlowsAreSpread() throws IOException {
    ConfigReader.Result result =
        read(
            NAMEGATE
                + """
                  flowsNfqueueID: 300
                  flowQueues: 3
                  flowQueueSpread: Addresses
                  flowRingSlots: 100
                  flowCpus: [0]
                  dnsCpus: [0]
                """);

    assertEquals(List.of(), result.problems());
    DaemonConfig config = result.config();
    assertEquals(List.of(300, 301, 302), config.rules().allFlowQueues());
    assertEquals(FlowQueueSpread.ADDRESSES, config.rules().flowQueueSpread());
    assertEquals(false, config.pipeline().flowsStayOnCpu());
    assertEquals(
        List.of(300, 301, 302), config.flowQueues().stream().map(QueueConfig::number).toList());
    assertEquals(config.flowsQueue(), config.flowQueues().get(0));
    assertEquals(128, config.pipeline().flowSlots());
    assertEquals(List.of(0), config.pipeline().flowCpus());
    assertEquals(List.of(0), config.pipeline().dnsCpus());
  }

  /** How many queues of flows there are here when nobody says. */
  private static int automatic() throws IOException {
    return Math.min(8, CpuAffinity.online().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dnsPacketsNfqueueID: 500|flowQueues: 0|8",
        "dnsPacketsNfqueueID: 103|flowQueues: 0|1",
        "dnsPolicyNfqueueID: 105, dnsPacketsNfqueueID: 104|flowRingSlots: 64|2",
        "dnsPolicyNfqueueID: 7|flowsNfqueueID: 65534|2",
        "dnsPolicyNfqueueID: 103|flowsNfqueueID: 100|1",
      })
  void takesAQueueForEachCpuAsFarAsNumbersAreFree(String felix, String namegate, int most)
      throws IOException {
    ConfigReader.Result result =
        read(FELIX + "  {" + felix + "}\n", NAMEGATE + "  {" + namegate + "}\n");

    assertEquals(
        Math.min(most, automatic()), result.config().flowQueues().size(), namegate + felix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dnsPacketsNfqueueID: 103|flowQueues: 2|are 102 to 103, and dnsPacketsNfqueueID is 103",
        "dnsPacketsNfqueueID: 105|flowsNfqueueID: 99, flowQueues: 2|and dnsPolicyNfqueueID is 100",
        "vxlanPort: 4789|flowsNfqueueID: 65535, flowQueues: 2|are 65535 to 65536, and the last",
        "dnsPacketsNfqueueID: 102|flowsNfqueueID: 200|",
        "dnsPolicyNfqueueID: 201, dnsPacketsNfqueueID: 102|flowsNfqueueID: 200, flowQueues: 4|201",
        "dnsPolicyNfqueueID: 300, dnsPacketsNfqueueID: 300|flowsNfqueueID: 100|both 300",
      })
  void queuesOfFlowsTakeNoOthersNumbers(String felix, String namegate, String problem)
      throws IOException {
    ConfigReader.Result result =
        read(FELIX + "  {" + felix + "}\n", NAMEGATE + "  {" + namegate + "}\n");

    String found = texts(result.problems()).toString();
    assertEquals(problem == null, result.problems().isEmpty(), found);
    assertTrue(problem == null || found.contains(problem), found);
    List<Integer> numbers = new ArrayList<>(result.config().rules().allFlowQueues());
    numbers.add(result.config().dnsQueue().number());
    numbers.add(result.config().learning().heldQueue().number());
    assertEquals(numbers.size(), Set.copyOf(numbers).size(), numbers::toString);
  }

  @Test
  void refusesMoreQueuesAndOtherRingsThanThereMayBe() throws IOException {
    ConfigReader.Result result =
        read(NAMEGATE + "  {flowQueues: 33, flowRingSlots: 63, flowQueueSpread: Random}\n");

    assertEquals(3, result.problems().size(), () -> texts(result.problems()).toString());
    assertEquals(automatic(), result.config().flowQueues().size());
    assertEquals(256, result.config().pipeline().flowSlots());
  }

  @Test
  void refusesRingsThatTogetherTakeTooMuch() throws IOException {
    ConfigReader.Result most = read(NAMEGATE + "  {flowQueues: 32, flowRingSlots: 8192}\n");
    assertEquals(List.of(), most.problems());
    assertEquals(32, most.config().flowQueues().size());

    ConfigReader.Result more = read(NAMEGATE + "  {flowQueues: 32, flowRingSlots: 8193}\n");
    assertEquals(1, more.problems().size(), () -> texts(more.problems()).toString());
    assertEquals(automatic(), more.config().flowQueues().size());
    assertEquals(256, more.config().pipeline().flowSlots());
  }

  @Test
  void bindsNoThreadToCpusOfWhichOneIsNotThere() throws IOException {
    ConfigReader.Result result = read(NAMEGATE + "  {flowCpus: [0, 1023], dnsCpus: [0]}\n");

    assertEquals(1, result.problems().size(), () -> texts(result.problems()).toString());
    assertTrue(
        result.problems().get(0).message().startsWith("this host has no CPU [1023]"),
        () -> texts(result.problems()).toString());
    assertEquals(List.of(), result.config().pipeline().flowCpus());
    assertEquals(List.of(0), result.config().pipeline().dnsCpus());
  }

  @Test
  void leadsTheTrafficOfHostEndpointsOfThisNodeToTheQueue() throws IOException {
    String endpoint =
        """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: NAME}
        spec: {node: NODE, interfaceName: INTERFACE}
        """;
    ConfigReader.Result result =
        read(
            endpoint.replace("NAME", "a").replace("NODE", "lab").replace("INTERFACE", "eth0"),
            endpoint.replace("NAME", "b").replace("NODE", "other").replace("INTERFACE", "eth1"),
            endpoint.replace("NAME", "c").replace("NODE", "lab").replace("INTERFACE", "cali0"));

    assertEquals(List.of(new HostEndpointRule("eth0")), result.config().rules().hostEndpoints());
    assertTrue(
        result.notices().stream().anyMatch(notice -> notice.contains("cali0")),
        result.notices().toString());
  }

  @Test
  void findsTheInterfaceOfAHostEndpointByItsAddressesButForThoseExcluded() throws IOException {
    String endpoint =
        """
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: a}
        spec: {node: lab, expectedIPs: [127.0.0.1]}
        """;

    assertEquals(
        List.of(new HostEndpointRule("lo")), read(endpoint).config().rules().hostEndpoints());
    ConfigReader.Result excluded = read(endpoint, FELIX + "  {interfaceExclude: /^l/}\n");
    assertEquals(List.of(), excluded.config().rules().hostEndpoints());
    assertTrue(excluded.notices().get(0).contains("not enforced"), excluded.notices().toString());
  }

  @Test
  void readsHowAnswersAreLearnt() throws IOException {
    ConfigReader.Result result =
        read(
            FELIX
                + """
                  dnsPolicyMode: DelayDeniedPacket
                  dnsPolicyNfqueueID: 200
                  dnsPolicyNfqueueSize: 7
                  dnsCacheFile: /var/lib/namegate/known
                  dnsCacheSaveInterval: 5s
                  dnsCacheEpoch: -3
                ---
                apiVersion: namegate.dev/v1
                kind: NamegateConfiguration
                metadata: {name: default}
                spec:
                  kernelFastPath: Disabled
                  maxFastPathEntries: 10
                  learnAddressHints: false
                  dnsPolicyNfqueueMaxHoldDuration: 300ms
                  dnsReplyNflogGroup: 204
                  maxTCPStreams: 3
                  maxTCPBytes: 100000
                  dnsLearningScope: PerClient
                """);

    assertEquals(List.of(), result.problems());
    assertEquals(
        new LearningConfig(
            DnsPolicyMode.DELAY_DENIED_PACKET,
            false,
            10,
            false,
            Optional.of(Path.of("/var/lib/namegate/known")),
            Duration.ofSeconds(5),
            -3,
            new QueueConfig(200, 256, 8_192, false, true, 16 << 20),
            7,
            Duration.ofMillis(300),
            204,
            3,
            100_000),
        result.config().learning());
    assertEquals(true, result.config().cache().perClient());
    RulesConfig rules = result.config().rules();
    assertEquals(true, rules.copiesReplies());
    assertEquals(204, rules.replyLogGroup());
    assertEquals(false, rules.acceptSets());
  }

  @Test
  void keepsTheDefaultsOfNumbersThatClash() throws IOException {
    ConfigReader.Result result =
        read(
            FELIX
                + """
                  dnsPolicyNfqueueID: 7
                  dnsPacketsNfqueueID: 7
                ---
                apiVersion: namegate.dev/v1
                kind: NamegateConfiguration
                metadata: {name: default}
                spec: {dnsReplyNflogGroup: 103}
                """);

    assertEquals(
        List.of(
            "dnsPacketsNfqueueID and dnsPolicyNfqueueID are both 7; the defaults hold for both",
            "dnsQueryNflogGroup and dnsReplyNflogGroup are both 103; the defaults hold for both"),
        result.problems().stream().map(Problem::message).toList());
    assertEquals(101, result.config().dnsQueue().number());
    assertEquals(100, result.config().learning().heldQueue().number());
    assertEquals(104, result.config().rules().replyLogGroup());
  }
}
