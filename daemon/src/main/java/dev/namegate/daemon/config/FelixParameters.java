// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.daemon.config.Parameter.Advice;
import dev.namegate.daemon.pipeline.DnsPolicyMode;
import dev.namegate.nfq.rules.Backend;
import dev.namegate.nfq.rules.EndpointToHostAction;
import dev.namegate.nfq.rules.FailsafePort;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.policy.selector.Selector;
import dev.namegate.policy.selector.SelectorException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The parameters that Calico has a name for and that mean something here. */
final class FelixParameters {
  private static final int MAX_NUMBER = 65_535;
  private static final RulesConfig RULES = RulesConfig.builder().build();
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Pattern PREFIXES =
      Pattern.compile("[A-Za-z0-9_.-]{1,14}(,[A-Za-z0-9_.-]{1,14})*");

  static final Parameter<Selector> NODE_SELECTOR =
      Parameter.of(
              "nodeSelector",
              new TextType<>(FelixParameters::selector, Selector::toString),
              Selector.parse("!all()"),
              "of an object that is neither `default` nor `node.<name>`: the nodes that it is for")
          .showingDefault("no node");

  static final Parameter<DnsPolicyMode> DNS_POLICY_MODE =
      Parameter.of(
          "dnsPolicyMode",
          ChoiceType.of(
              Arrays.stream(DnsPolicyMode.values())
                  .collect(Collectors.toMap(DnsPolicyMode::word, Function.identity()))),
          DnsPolicyMode.DELAY_DNS_RESPONSE,
          "what is held until an answer is learnt: the reply (`DelayDNSResponse`, and `Inline`,"
              + " which means the same), the packet that would be denied (`DelayDeniedPacket`) or"
              + " nothing (`NoDelay`)");

  /** An empty list trusts nobody; if none is given, the host's own name servers count. */
  static final Parameter<List<TrustedServerEntry>> DNS_TRUSTED_SERVERS =
      Parameter.of(
              "dnsTrustedServers",
              new ListType<>(
                  new TextType<>(FelixParameters::trustedServer, TrustedServerEntry::toString),
                  "`192.0.2.53,[2001:db8::53]:5353`"),
              List.<TrustedServerEntry>of(),
              "the servers whose replies teach, by address and port (53); `k8s-service:` entries"
                  + " wait for the Kubernetes source. One bad entry: the default for the whole list")
          .showingDefault(
              "the name servers of the host's resolv.conf; where that names the stub of"
                  + " systemd-resolved, those that resolved asks as well");

  static final Parameter<Duration> DNS_EXTRA_TTL =
      Parameter.of(
              "dnsExtraTTL",
              DurationType.seconds(Duration.ZERO),
              Duration.ZERO,
              "added to the lifetime of all that is learnt")
          .takenAtStart();

  static final Parameter<Integer> DNS_QUEUE =
      Parameter.of(
              "dnsPacketsNfqueueID",
              new IntType(0, MAX_NUMBER),
              RulesConfig.DEFAULT_DNS_QUEUE,
              "queue of DNS replies")
          .takenAtStart();

  static final Parameter<Integer> DNS_QUEUE_SIZE =
      Parameter.of(
              "dnsPacketsNfqueueSize",
              new IntType(1, MAX_NUMBER),
              100,
              "how many replies may await a commit, rounded up to a power of two")
          .takenAtStart();

  static final Parameter<Duration> DNS_MAX_HOLD =
      Parameter.of(
              "dnsPacketsNfqueueMaxHoldDuration",
              DurationType.millis(MILLISECOND),
              Duration.ofSeconds(3),
              "a reply is released then, whatever the commit does")
          .takenAtStart();

  static final Parameter<Integer> HELD_QUEUE =
      Parameter.of(
              "dnsPolicyNfqueueID",
              new IntType(0, MAX_NUMBER),
              RulesConfig.DEFAULT_HELD_QUEUE,
              "queue of denied packets that an answer may still allow (`DelayDeniedPacket`)")
          .takenAtStart();

  static final Parameter<Integer> HELD_QUEUE_SIZE =
      Parameter.of(
              "dnsPolicyNfqueueSize",
              new IntType(1, MAX_NUMBER),
              255,
              "how many such packets are held; what is beyond is dropped")
          .takenAtStart();

  static final Parameter<Optional<Path>> DNS_CACHE_FILE =
      Parameter.of(
              "dnsCacheFile",
              new TextType<>(FelixParameters::file, FelixParameters::text),
              Optional.<Path>empty(),
              "what is learnt is kept there over a restart")
          .showingDefault("`dns-cache` in the run directory")
          .takenAtStart();

  static final Parameter<Duration> DNS_CACHE_SAVE_INTERVAL =
      Parameter.of(
              "dnsCacheSaveInterval",
              DurationType.seconds(MILLISECOND),
              Duration.ofSeconds(60),
              "how often that file is written; at the daemon's end it is written too")
          .takenAtStart();

  static final Parameter<Integer> DNS_CACHE_EPOCH =
      Parameter.of(
          "dnsCacheEpoch",
          new IntType(Integer.MIN_VALUE, Integer.MAX_VALUE),
          0,
          "another number makes the daemon forget all that it has learnt");

  static final Parameter<List<String>> INTERFACE_PREFIXES =
      Parameter.of(
          "interfacePrefix",
          new TextType<>(FelixParameters::prefixes, list -> String.join(",", list)),
          List.of(RulesConfig.DEFAULT_INTERFACE_PREFIX),
          "what the names of workloads' interfaces begin with; several stand between commas");

  static final Parameter<InterfaceExclusion> INTERFACE_EXCLUSION =
      Parameter.of(
          "interfaceExclude",
          new TextType<>(InterfaceExclusion::parse, InterfaceExclusion::toString),
          InterfaceExclusion.DEFAULT,
          "interfaces that a HostEndpoint's `expectedIPs` do not mean, even if they have such an"
              + " address; names or `/expressions/` between commas");

  static final Parameter<EndpointToHostAction> ENDPOINT_TO_HOST =
      Parameter.of(
          "defaultEndpointToHostAction",
          ChoiceType.of(
              Map.of(
                  "Drop", EndpointToHostAction.DROP,
                  "Accept", EndpointToHostAction.ACCEPT,
                  "Return", EndpointToHostAction.RETURN)),
          EndpointToHostAction.DROP,
          "`Accept` or `Return`: a workload's policy decides what it may reach on this host");

  static final Parameter<List<FailsafePort>> FAILSAFE_INBOUND =
      failsafes("failsafeInboundHostPorts", RULES.failsafeInbound(), "from", "answered");

  static final Parameter<List<FailsafePort>> FAILSAFE_OUTBOUND =
      failsafes("failsafeOutboundHostPorts", RULES.failsafeOutbound(), "to", "reached");

  static final Parameter<Optional<Backend>> BACKEND =
      Parameter.of(
              "iptablesBackend",
              ChoiceType.of(
                  Map.of(
                      "Auto", Optional.<Backend>empty(),
                      "NFT", Optional.of(Backend.NFT),
                      "Legacy", Optional.of(Backend.LEGACY))),
              Optional.<Backend>empty(),
              "`Auto` is the one that the host's rules are in")
          .takenAtStart();

  static final Parameter<String> CHAIN_INSERT_MODE =
      Parameter.of(
              "chainInsertMode",
              ChoiceType.of(Map.of("Insert", "Insert", "Append", "Append")),
              "Insert",
              "`Append` has no effect and gets a warning: our rules stand in the `security` table,"
                  + " and a rule of the host's that accepts a packet does not exempt it from them")
          .warning(FelixParameters::appendAdvice);

  static final Parameter<String> DENY_ACTION =
      Parameter.of(
          "iptablesFilterDenyAction",
          ChoiceType.of(Map.of("Drop", "Drop")).refusing(Map.of("Reject", "is not supported yet")),
          "Drop",
          "`Reject` is refused until the daemon sends the refusal itself");

  static final Parameter<String> DROP_ACTION_OVERRIDE =
      Parameter.of(
          "dropActionOverride",
          ChoiceType.of(Map.of("Drop", "Drop"))
              .refusing(
                  Map.of(
                      "LogAndDrop", "is not supported yet",
                      "LogAndAccept", "is not supported: it would switch enforcement off",
                      "Accept", "is not supported: it would switch enforcement off")),
          "Drop",
          "the other values are refused");

  static final Parameter<Boolean> IPV6 =
      Parameter.of(
          "ipv6Support",
          new BoolType(),
          true,
          "`false`: no rules for IPv6, which then passes unjudged");

  static final Parameter<Boolean> CONNTRACK_INVALID_PASSES =
      Parameter.of(
          "disableConntrackInvalidCheck",
          new BoolType(),
          false,
          "`true`: what conntrack calls invalid is not dropped for that alone");

  static final Parameter<Integer> VXLAN_PORT =
      Parameter.of(
          "vxlanPort",
          new IntType(1, MAX_NUMBER),
          RulesConfig.DEFAULT_VXLAN_PORT,
          "UDP port that workloads may not send to");

  static final Parameter<Boolean> ALLOW_VXLAN =
      Parameter.of(
          "allowVXLANPacketsFromWorkloads", new BoolType(), false, "`true`: they may after all");

  static final Parameter<Boolean> ALLOW_IPIP =
      Parameter.of(
          "allowIPIPPacketsFromWorkloads",
          new BoolType(),
          false,
          "`true`: workloads may send IP in IP");

  static final ParameterTable TABLE =
      new ParameterTable(
          "parameter",
          List.of(
              NODE_SELECTOR,
              DNS_POLICY_MODE,
              DNS_TRUSTED_SERVERS,
              DNS_EXTRA_TTL,
              DNS_QUEUE,
              DNS_QUEUE_SIZE,
              DNS_MAX_HOLD,
              HELD_QUEUE,
              HELD_QUEUE_SIZE,
              DNS_CACHE_FILE,
              DNS_CACHE_SAVE_INTERVAL,
              DNS_CACHE_EPOCH,
              INTERFACE_PREFIXES,
              INTERFACE_EXCLUSION,
              ENDPOINT_TO_HOST,
              FAILSAFE_INBOUND,
              FAILSAFE_OUTBOUND,
              BACKEND,
              CHAIN_INSERT_MODE,
              DENY_ACTION,
              DROP_ACTION_OVERRIDE,
              IPV6,
              CONNTRACK_INVALID_PASSES,
              VXLAN_PORT,
              ALLOW_VXLAN,
              ALLOW_IPIP),
          CalicosOtherParameters.NEVER,
          CalicosOtherParameters.NOT_YET);

  private FelixParameters() {}

  private static Parameter<List<FailsafePort>> failsafes(
      String name, List<FailsafePort> fallback, String where, String what) {
    return Parameter.of(
        name,
        new ListType<>(new FailsafeType(), "`tcp:22,udp:[fd00::/8]:53`, `none`"),
        fallback,
        "`protocol`, `port` and `net` ("
            + where
            + " these addresses only) of what is "
            + what
            + " on host endpoints whatever policy says; `[]`: nothing");
  }

  private static Selector selector(String text) throws BadValueException {
    try {
      return Selector.parse(text);
    } catch (SelectorException e) {
      throw new BadValueException(
          "\""
              + text
              + "\" is not a selector: "
              + e.getMessage()
              + " at character "
              + (e.offset() + 1),
          e.suggestion());
    }
  }

  private static TrustedServerEntry trustedServer(String text) throws BadValueException {
    try {
      return TrustedServerEntry.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadValueException(String.valueOf(e.getMessage()), TrustedServerEntry.FORMS);
    }
  }

  private static Optional<Path> file(String text) throws BadValueException {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
    } catch (InvalidPathException e) {
      // said below
    }
    throw new BadValueException(
        "\"" + text + "\" is not a file's full path", "write /var/lib/namegate/dns-cache");
  }

  private static String text(Optional<Path> file) {
    return file.map(Path::toString).orElse("");
  }

  private static List<String> prefixes(String text) throws BadValueException {
    if (!PREFIXES.matcher(text).matches()) {
      throw new BadValueException(
          "\"" + text + "\" is not a list of prefixes",
          "write cali or cali,tap: each at most 14 letters, digits, '.', '_' and '-'");
    }
    return List.of(text.split(",", -1));
  }

  private static Optional<Advice> appendAdvice(String mode) {
    return mode.equals("Append")
        ? Optional.of(
            new Advice(
                "Append has no effect: Namegate's rules stand in the security table, behind the"
                    + " host's filter rules, so a rule of the host that accepts a packet does not"
                    + " exempt it from policy",
                "remove it; what is to be exempt needs an Allow rule in a policy"))
        : Optional.empty();
  }
}
