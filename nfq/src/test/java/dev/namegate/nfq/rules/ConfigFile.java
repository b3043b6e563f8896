// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.packet.IpAddress;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads the {@code rules.properties} of a golden case; unknown keys are refused. */
final class ConfigFile {
  private ConfigFile() {}

  static RulesConfig read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    RulesConfig.Builder builder = RulesConfig.builder();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      set(builder, key, properties.getProperty(key).strip());
    }
    return builder.build();
  }

  private static void set(RulesConfig.Builder builder, String key, String value) {
    switch (key) {
      case "trustedServers" -> builder.trustedServers(list(value, ConfigFile::server));
      case "dnsQueue" -> builder.dnsQueue(Integer.parseInt(value));
      case "flowsQueue" -> builder.flowsQueue(Integer.parseInt(value));
      case "flowQueues" -> builder.flowQueues(Integer.parseInt(value));
      case "flowQueueSpread" -> builder.flowQueueSpread(FlowQueueSpread.valueOf(value));
      case "replyLogGroup" -> builder.replyLogGroup(Integer.parseInt(value));
      case "copiesReplies" -> builder.copiesReplies(Boolean.parseBoolean(value));
      case "acceptSets" -> builder.acceptSets(Boolean.parseBoolean(value));
      case "queryLogGroup" -> builder.queryLogGroup(Integer.parseInt(value));
      case "failureMode" -> builder.failureMode(FailureMode.valueOf(value));
      case "interfacePrefixes" -> builder.interfacePrefixes(list(value, word -> word));
      case "forwardEndpoints" -> builder.forwardEndpoints(list(value, HostEndpointRule::new));
      case "hostEndpoints" -> builder.hostEndpoints(list(value, HostEndpointRule::new));
      case "endpointToHostAction" ->
          builder.endpointToHostAction(EndpointToHostAction.valueOf(value));
      case "dropInvalid" -> builder.dropInvalid(Boolean.parseBoolean(value));
      case "vxlanPort" -> builder.vxlanPort(Integer.parseInt(value));
      case "allowWorkloadVxlan" -> builder.allowWorkloadVxlan(Boolean.parseBoolean(value));
      case "allowWorkloadIpip" -> builder.allowWorkloadIpip(Boolean.parseBoolean(value));
      case "failsafeInbound" -> builder.failsafeInbound(list(value, ConfigFile::failsafe));
      case "failsafeOutbound" -> builder.failsafeOutbound(list(value, ConfigFile::failsafe));
      case "ipv6" -> builder.ipv6(Boolean.parseBoolean(value));
      default -> throw new IllegalArgumentException("unknown key " + key);
    }
  }

  private static <T> List<T> list(String value, Function<String, T> parse) {
    return value.isEmpty()
        ? List.of()
        : List.of(value.split(" +", -1)).stream().map(parse).toList();
  }

  /** {@code address#port}. */
  private static TrustedServer server(String text) {
    String[] parts = text.split("#", -1);
    return new TrustedServer(IpAddress.parse(parts[0]), Integer.parseInt(parts[1]));
  }

  /** {@code protocol#port} or {@code protocol#port#net}. */
  private static FailsafePort failsafe(String text) {
    String[] parts = text.split("#", -1);
    IpProtocol protocol = IpProtocol.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT));
    Cidr net = parts.length > 2 ? Cidr.parse(parts[2]) : null;
    return new FailsafePort(protocol, Integer.parseInt(parts[1]), net);
  }
}
