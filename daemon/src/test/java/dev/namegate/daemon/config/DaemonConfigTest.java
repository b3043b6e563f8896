// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonConfigTest {
  @TempDir private Path directory;

  private DaemonConfig config(String felix, String namegate) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {dnsTrustedServers: [192.0.2.53]%s}
        ---
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: default}
        spec: {%s}
        """
            .formatted(felix.isEmpty() ? "" : ", " + felix, namegate));
    ConfigReader.Result result =
        ConfigReader.read(
            ResourceReader.read(List.of(file)).resources().configs(),
            List.of(),
            "lab",
            new LocalSources(Map.of(), new ResolvConf(file, file)));
    assertEquals(List.of(), result.problems());
    return result.config();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iptablesBackend: Legacy|Auto|Legacy",
        "dnsPacketsNfqueueID: 201|101|201",
        "dnsExtraTTL: 10s|0s|10s",
        "dnsPacketsNfqueueMaxHoldDuration: 900ms|3s|900ms",
        "dnsPacketsNfqueueSize: 200|128|256",
        "dnsPolicyNfqueueID: 200|100|200",
        "dnsPolicyNfqueueSize: 200|255|200",
        "dnsCacheFile: /x/y|the one in the run directory|/x/y",
        "dnsCacheSaveInterval: 5s|1m|5s",
      })
  void namesCalicosSettingsThatNeedARestart(String setting, String now, String then)
      throws IOException {
    assertEquals(
        List.of(sentence(setting, now, then)),
        config("", "").changesThatNeedRestart(config(setting, "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flowsNfqueueID: 202|102|202",
        "dnsQueryNflogGroup: 203|103|203",
        "flowQueueSpread: Addresses|Cpu|Addresses",
        "flowRingSlots: 100|256|128",
        "flowCpus: [0]|[]|[0]",
        "dnsCpus: [0]|[]|[0]",
        "queueLength: 100|8192|100",
        "receiveBufferBytes: 1000000|16777216|1000000",
        "stageThreads: Own|Polled|Own",
        "pollWindow: 0s|50us|0s",
        "maxNames: 10|65536|10",
        "maxAddresses: 20|131072|20",
        "maxAddressesPerName: 5|1024|5",
        "dnsMinTTL: 5s|1s|5s",
        "dnsMaxTTL: 1h|24h|1h",
        "kernelFastPath: Disabled|Enabled|Disabled",
        "maxFastPathEntries: 5|262144|5",
        "learnAddressHints: false|true|false",
        "dnsPolicyNfqueueMaxHoldDuration: 1s|900ms|1s",
        "dnsReplyNflogGroup: 204|104|204",
        "dnsLearningScope: PerClient|HostWide|PerClient",
        "maxTCPStreams: 5|1024|5",
        "maxTCPBytes: 65536|16777216|65536",
      })
  void namesOurSettingsThatNeedARestart(String setting, String now, String then)
      throws IOException {
    assertEquals(
        List.of(sentence(setting, now, then)),
        config("", "").changesThatNeedRestart(config("", setting)));
  }

  private static String sentence(String setting, String now, String then) {
    String name = setting.substring(0, setting.indexOf(':'));
    return name + ": " + now + " stays in force until a restart, then " + then;
  }

  @Test
  void takesWhatOnlyTheKernelsRulesDependOnWithoutARestart() throws IOException {
    DaemonConfig running = config("", "");
    DaemonConfig wanted =
        config(
            "dnsPolicyMode: NoDelay, dnsCacheEpoch: 1, interfacePrefix: tap,"
                + " defaultEndpointToHostAction: Accept, ipv6Support: false,"
                + " failsafeInboundHostPorts: [], vxlanPort: 8472",
            "failureMode: Open, leaveRulesOnExit: true");

    assertEquals(List.of(), running.changesThatNeedRestart(wanted));
    assertEquals(wanted, running.withLiveChanges(wanted));
  }

  @Test
  void namesWhatTheDocumentationSaysNeedsARestart() throws IOException {
    DaemonConfig changed =
        config(
            "iptablesBackend: NFT, dnsPacketsNfqueueID: 1, dnsExtraTTL: 1s,"
                + " dnsPacketsNfqueueMaxHoldDuration: 1s, dnsPacketsNfqueueSize: 1,"
                + " dnsPolicyNfqueueID: 4, dnsPolicyNfqueueSize: 1, dnsCacheFile: /x,"
                + " dnsCacheSaveInterval: 1s",
            "flowsNfqueueID: 20, dnsQueryNflogGroup: 3, queueLength: 1, receiveBufferBytes: 65536,"
                + " stageThreads: Own, pollWindow: 1s, maxNames: 1, maxAddresses: 1,"
                + " maxAddressesPerName: 1, dnsMinTTL: 2s, dnsMaxTTL: 3s,"
                + " kernelFastPath: Disabled, maxFastPathEntries: 1, learnAddressHints: false,"
                + " dnsLearningScope: PerClient, dnsPolicyNfqueueMaxHoldDuration: 1s,"
                + " dnsReplyNflogGroup: 5, maxTCPStreams: 1, maxTCPBytes: 65536, flowQueues: 32,"
                + " flowRingSlots: 64, flowCpus: [0], dnsCpus: [0],"
                + " flowQueueSpread: Addresses");

    List<Parameter<?>> parameters = new ArrayList<>(FelixParameters.TABLE.parameters());
    parameters.addAll(NamegateParameters.TABLE.parameters());
    assertEquals(
        parameters.stream().filter(Parameter::needsRestart).map(Parameter::name).sorted().toList(),
        config("", "").changesThatNeedRestart(changed).stream()
            .map(sentence -> sentence.substring(0, sentence.indexOf(':')))
            .sorted()
            .toList());
  }

  @Test
  void leadsNewRulesToTheQueuesThatAreOpen() throws IOException {
    DaemonConfig running = config("", "");
    DaemonConfig wanted =
        config(
            "dnsPacketsNfqueueID: 201, vxlanPort: 8472",
            "flowsNfqueueID: 202, flowQueues: 32, dnsQueryNflogGroup: 203, maxNames: 7");

    DaemonConfig taken = running.withLiveChanges(wanted);

    assertEquals(config("vxlanPort: 8472", ""), taken);
    assertEquals(5, taken.changesThatNeedRestart(wanted).size());
  }
}
