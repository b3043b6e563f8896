// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.nfq.rules.Backend;
import dev.namegate.nfq.rules.Cidr;
import dev.namegate.nfq.rules.EndpointToHostAction;
import dev.namegate.nfq.rules.FailsafePort;
import dev.namegate.nfq.rules.IpProtocol;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.policy.YamlObject;
import dev.namegate.policy.YamlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options that Calico has a name for, as {@code FelixConfiguration} gives them. One object is
 * read after the other; what a later one says wins, field by field. A value that is wrong leaves
 * what was there before, and is reported.
 */
final class FelixSettings {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_REPLIES = 65_535;
  private static final Pattern INTERFACE_PREFIXES =
      Pattern.compile("[A-Za-z0-9_.-]{1,14}(,[A-Za-z0-9_.-]{1,14})*");

  /** Of no effect here, or not yet; Calico's manifests may have them and are taken as they are. */
  private static final String[] WITHOUT_EFFECT = {
    "bpfEnabled",
    "bpfLogLevel",
    "chainInsertMode",
    "dnsCacheEpoch",
    "dnsCacheFile",
    "dnsCacheSaveInterval",
    "dnsLogsFileAggregationKind",
    "dnsLogsFileDirectory",
    "dnsLogsFileEnabled",
    "dnsLogsFileIncludeLabels",
    "dnsLogsFileMaxFileSizeMB",
    "dnsLogsFileMaxFiles",
    "dnsLogsFilePerNodeLimit",
    "dnsLogsFlushInterval",
    "dnsLogsLatency",
    "dnsPolicyNfqueueID",
    "dnsPolicyNfqueueSize",
    "flowLogsDestDomainsByClient",
    "flowLogsFileDirectory",
    "flowLogsFileDomainsLimit",
    "flowLogsFileEnabled",
    "flowLogsFlushInterval",
    "healthEnabled",
    "healthHost",
    "healthPort",
    "interfaceExclude",
    "iptablesMarkMask",
    "iptablesRefreshInterval",
    "logFilePath",
    "logPrefix",
    "logSeverityFile",
    "logSeverityScreen",
    "logSeveritySys",
    "maxIpsetSize",
    "prometheusMetricsEnabled",
    "prometheusMetricsHost",
    "prometheusMetricsPort",
    "reportingInterval",
  };

  int dnsQueue = RulesConfig.DEFAULT_DNS_QUEUE;
  int dnsQueueSize = 100;
  Duration maxHold = Duration.ofSeconds(3);
  Duration extraTtl = Duration.ZERO;
  List<String> interfacePrefixes = List.of(RulesConfig.DEFAULT_INTERFACE_PREFIX);
  EndpointToHostAction endpointToHostAction = EndpointToHostAction.DROP;
  Optional<Backend> backend = Optional.empty();
  boolean ipv6 = true;
  boolean dropInvalid = true;
  int vxlanPort = RulesConfig.DEFAULT_VXLAN_PORT;
  boolean allowVxlan;
  boolean allowIpip;

  /** Null: not said, Calico's list. */
  @Nullable List<FailsafePort> failsafeInbound;

  @Nullable List<FailsafePort> failsafeOutbound;

  /** Null: not said, the host's own resolvers. */
  @Nullable List<TrustedServerEntry> trustedServers;

  /** Reads all fields of one object, and reports those that nobody knows. */
  void read(YamlObject spec) {
    spec.ignoreKeyCase();
    readDns(spec);
    readRules(spec);
    for (String key : WITHOUT_EFFECT) {
      if (spec.has(key)) {
        spec.warning(key, "has no effect here yet", "remove it, or keep it for Calico");
      }
    }
    spec.finish();
  }

  private void readDns(YamlObject spec) {
    if (spec.has("dnsPolicyMode")) {
      readMode(spec);
    }
    if (spec.has("dnsTrustedServers")) {
      trustedServers = trustedServers(spec);
    }
    extraTtl = spec.duration("dnsExtraTTL", extraTtl);
    dnsQueue = spec.integer("dnsPacketsNfqueueID", 0, MAX_PORT, dnsQueue);
    dnsQueueSize = spec.integer("dnsPacketsNfqueueSize", 1, MAX_REPLIES, dnsQueueSize);
    maxHold = positive(spec, "dnsPacketsNfqueueMaxHoldDuration", maxHold);
  }

  static Duration positive(YamlObject spec, String key, Duration fallback) {
    Duration value = spec.duration(key, fallback);
    if (value.isNegative() || value.isZero()) {
      spec.error(key, "is not longer than 0", "a duration such as 3s");
      return fallback;
    }
    return value;
  }

  private static void readMode(YamlObject spec) {
    String mode = spec.string("dnsPolicyMode", "");
    switch (mode) {
      case "DelayDNSResponse", "Inline" -> {}
      case "NoDelay", "DelayDeniedPacket" ->
          spec.error(
              "dnsPolicyMode",
              "\"" + mode + "\" is not supported yet; DelayDNSResponse is in force",
              "DelayDNSResponse or Inline");
      default ->
          spec.error(
              "dnsPolicyMode",
              "\"" + mode + "\" is no mode; DelayDNSResponse is in force",
              "DelayDNSResponse, Inline, DelayDeniedPacket or NoDelay");
    }
  }

  /** The entries; null, as if there were none, if one of them is wrong. */
  private static @Nullable List<TrustedServerEntry> trustedServers(YamlObject spec) {
    List<TrustedServerEntry> entries = new ArrayList<>();
    boolean sound = true;
    for (YamlValue value : spec.values("dnsTrustedServers")) {
      String text = value.asString();
      try {
        entries.add(TrustedServerEntry.parse(text == null ? "" : text));
      } catch (IllegalArgumentException e) {
        value.error(
            e.getMessage() + "; the whole list is replaced by the default",
            TrustedServerEntry.FORMS);
        sound = false;
      }
    }
    return sound ? entries : null;
  }

  private void readRules(YamlObject spec) {
    readInterfacePrefixes(spec);
    endpointToHostAction =
        spec.choice(
            "defaultEndpointToHostAction",
            endpointToHostAction,
            Map.of(
                "Drop", EndpointToHostAction.DROP,
                "Accept", EndpointToHostAction.ACCEPT,
                "Return", EndpointToHostAction.RETURN));
    backend =
        spec.choice(
            "iptablesBackend",
            backend,
            Map.of(
                "Auto", Optional.empty(),
                "NFT", Optional.of(Backend.NFT),
                "Legacy", Optional.of(Backend.LEGACY)));
    String denyAction = spec.string("iptablesFilterDenyAction", "Drop");
    if (!denyAction.equals("Drop")) {
      spec.error("iptablesFilterDenyAction", denyAction + " is not supported yet", "Drop");
    }
    ipv6 = spec.bool("ipv6Support", ipv6);
    dropInvalid = !spec.bool("disableConntrackInvalidCheck", !dropInvalid);
    vxlanPort = spec.integer("vxlanPort", 1, MAX_PORT, vxlanPort);
    allowVxlan = spec.bool("allowVXLANPacketsFromWorkloads", allowVxlan);
    allowIpip = spec.bool("allowIPIPPacketsFromWorkloads", allowIpip);
    failsafeInbound = failsafes(spec, "failsafeInboundHostPorts", failsafeInbound);
    failsafeOutbound = failsafes(spec, "failsafeOutboundHostPorts", failsafeOutbound);
  }

  private void readInterfacePrefixes(YamlObject spec) {
    String text = spec.string("interfacePrefix");
    if (text == null) {
      return;
    }
    if (INTERFACE_PREFIXES.matcher(text).matches()) {
      interfacePrefixes = List.of(text.split(",", -1));
    } else {
      spec.error(
          "interfacePrefix",
          "\"" + text + "\" is not a list of prefixes",
          "such as cali or cali,tap: each at most 14 letters, digits, '.', '_' and '-'");
    }
  }

  private static @Nullable List<FailsafePort> failsafes(
      YamlObject spec, String key, @Nullable List<FailsafePort> fallback) {
    if (!spec.has(key)) {
      return fallback;
    }
    List<FailsafePort> ports = new ArrayList<>();
    boolean sound = true;
    for (YamlObject entry : spec.objects(key)) {
      IpProtocol protocol =
          entry.choice(
              "protocol",
              IpProtocol.TCP,
              Map.of(
                  "tcp",
                  IpProtocol.TCP,
                  "TCP",
                  IpProtocol.TCP,
                  "udp",
                  IpProtocol.UDP,
                  "UDP",
                  IpProtocol.UDP,
                  "sctp",
                  IpProtocol.SCTP,
                  "SCTP",
                  IpProtocol.SCTP));
      int port = entry.integer("port", 1, MAX_PORT, 0);
      String net = entry.string("net");
      entry.finish();
      try {
        ports.add(new FailsafePort(protocol, port, net == null ? null : Cidr.parse(net)));
      } catch (IllegalArgumentException e) {
        entry.error("port", String.valueOf(e.getMessage()), "protocol, port and perhaps net");
        sound = false;
      }
    }
    return sound ? ports : fallback;
  }
}
