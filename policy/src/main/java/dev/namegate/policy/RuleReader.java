// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.Icmp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rules of one direction of a policy or a profile. */
final class RuleReader {
  private static final int MAX_RULES = 1024;
  private static final Map<String, Action> ACTIONS = new LinkedHashMap<>();

  static {
    for (Action action : Action.values()) {
      ACTIONS.put(action.toString(), action);
    }
  }

  private final boolean egress;
  private final boolean profile;

  private RuleReader(boolean egress, boolean profile) {
    this.egress = egress;
    this.profile = profile;
  }

  /** The rules under {@code ingress} or {@code egress} of a policy. */
  static List<Rule> ofPolicy(YamlObject spec, String direction) {
    return new RuleReader(direction.equals("egress"), false).rules(spec, direction);
  }

  /** The rules under {@code ingress} or {@code egress} of a profile. */
  static List<Rule> ofProfile(YamlObject spec, String direction) {
    return new RuleReader(direction.equals("egress"), true).rules(spec, direction);
  }

  private List<Rule> rules(YamlObject spec, String direction) {
    if (spec.count(direction) > MAX_RULES) {
      spec.error(
          direction,
          spec.count(direction) + " rules, max=" + MAX_RULES,
          "use network sets, or several policies");
    }
    List<Rule> rules = new ArrayList<>();
    for (YamlObject rule : spec.objects(direction)) {
      rules.add(rule(rule));
    }
    return List.copyOf(rules);
  }

  private Rule rule(YamlObject object) {
    for (String key :
        List.of(
            "ipVersion", "protocol", "notProtocol", "icmp", "notICMP", "source", "destination")) {
      if (object.isNull(key)) {
        EntityReader.refuseEmpty(object, key);
      }
    }
    if (object.value("action") == null) {
      object.error("action", "is missing", "add \"action: Allow\", Deny, Log or Pass");
    }
    Rule rule =
        new Rule(
            object.choice("action", Action.DENY, ACTIONS),
            ipVersion(object),
            Fields.protocol(object, "protocol"),
            Fields.protocol(object, "notProtocol"),
            icmp(object, "icmp"),
            icmp(object, "notICMP"),
            EntityReader.read(object, "source"),
            EntityReader.read(object, "destination"),
            object.position());
    readRest(object);
    check(object, rule);
    object.finish();
    return rule;
  }

  private void readRest(YamlObject object) {
    if (!egress) {
      HttpReader.check(object);
    } else if (object.has("http")) {
      object.error(
          "http",
          "is allowed in ingress rules only",
          "remove it: egress is matched by name, address and port");
    }
    YamlObject metadata = object.object("metadata");
    if (metadata != null) {
      metadata.stringMap("annotations");
      metadata.finish();
    }
  }

  private static int ipVersion(YamlObject object) {
    int version = object.integer("ipVersion", 4, 6, Rule.ANY);
    if (version == 5) {
      object.error("ipVersion", "5 is not a version of IP in use", "write 4 or 6");
    }
    return version;
  }

  private static @Nullable Icmp icmp(YamlObject object, String key) {
    YamlObject icmp = object.object(key);
    if (icmp == null) {
      return null;
    }
    if (!icmp.has("type") || icmp.isNull("type")) {
      icmp.error(
          "type", "is missing, and so would not limit what the rule matches", "add \"type: 8\"");
    }
    if (icmp.isNull("code")) {
      EntityReader.refuseEmpty(icmp, "code");
    }
    Icmp read =
        new Icmp(icmp.integer("type", 0, 254, Rule.ANY), icmp.integer("code", 0, 255, Rule.ANY));
    icmp.finish();
    return read;
  }

  private void check(YamlObject object, Rule rule) {
    if (profile && rule.action() == Action.PASS) {
      object.error("action", "Pass has no meaning in a Profile", "write Allow, Deny or Log");
    }
    checkIcmp(object, rule);
    checkPorts(object, rule);
    checkFamilies(object, rule);
    checkDomains(object, rule);
  }

  private static void checkIcmp(YamlObject object, Rule rule) {
    if (rule.protocol() == Rule.ANY && object.has("protocol")) {
      return; // not understood, and reported so
    }
    boolean icmp = rule.protocol() == IpPacket.ICMP;
    boolean icmpv6 = rule.protocol() == IpPacket.ICMPV6;
    for (String key : List.of("icmp", "notICMP")) {
      if (object.has(key) && !icmp && !icmpv6) {
        object.error(key, "needs its protocol", "add \"protocol: ICMP\" or ICMPv6");
      }
    }
    if ((icmp && rule.ipVersion() == 6) || (icmpv6 && rule.ipVersion() == 4)) {
      object.error(
          "protocol",
          (icmp ? "ICMP" : "ICMPv6") + " is not a protocol of IPv" + rule.ipVersion(),
          "write " + (icmp ? "ICMPv6 or ipVersion: 4" : "ICMP or ipVersion: 6"));
    }
  }

  private static void checkPorts(YamlObject object, Rule rule) {
    boolean numbers = hasPortNumbers(rule.source()) || hasPortNumbers(rule.destination());
    boolean understood = rule.protocol() != Rule.ANY || !object.has("protocol");
    if (numbers && understood && !Fields.hasPorts(rule.protocol())) {
      object.error(
          "protocol",
          rule.protocol() == Rule.ANY
              ? "is missing, and the rule has port numbers"
              : "has no ports, and the rule has port numbers",
          "write TCP, UDP or SCTP");
    }
  }

  private static boolean hasPortNumbers(Entity entity) {
    return !entity.ports().ranges().isEmpty() || !entity.notPorts().ranges().isEmpty();
  }

  private static void checkFamilies(YamlObject object, Rule rule) {
    boolean v4 = hasNets(rule.source(), true) || hasNets(rule.destination(), true);
    boolean v6 = hasNets(rule.source(), false) || hasNets(rule.destination(), false);
    if (v4 && v6) {
      object.problemHere("mixes IPv4 and IPv6 nets", "write one rule for each");
    } else if ((v4 && rule.ipVersion() == 6) || (v6 && rule.ipVersion() == 4)) {
      object.error(
          "ipVersion",
          "is " + rule.ipVersion() + ", and the nets are IPv" + (v4 ? 4 : 6),
          "write nets of IPv" + rule.ipVersion());
    }
  }

  private static boolean hasNets(Entity entity, boolean ofIpv4) {
    return hasNets(entity.nets(), ofIpv4) || hasNets(entity.notNets(), ofIpv4);
  }

  private static boolean hasNets(List<Cidr> nets, boolean ofIpv4) {
    for (Cidr net : nets) {
      if (net.isIpv4() == ofIpv4) {
        return true;
      }
    }
    return false;
  }

  private void checkDomains(YamlObject object, Rule rule) {
    refuseDomains(object, "source", rule.source(), "names match only where a flow goes");
    if (rule.destination().domains().isEmpty()) {
      return;
    }
    if (profile) {
      refuseDomains(object, "destination", rule.destination(), "write a policy for it");
    } else if (!egress) {
      refuseDomains(object, "destination", rule.destination(), "move the rule to egress");
    } else if (rule.action() != Action.ALLOW) {
      refuseDomains(
          object,
          "destination",
          rule.destination(),
          "only a rule with \"action: Allow\" can name domains; " + rule.action() + " needs nets");
    }
    YamlObject destination = object.object("destination");
    if (destination != null) {
      checkCombination(destination);
    }
  }

  private static void refuseDomains(
      YamlObject object, String side, Entity entity, String suggestion) {
    YamlObject written = entity.domains().isEmpty() ? null : object.object(side);
    if (written != null) {
      written.error(
          "domains", "is allowed only in the destination of an egress Allow rule", suggestion);
    }
  }

  private static void checkCombination(YamlObject destination) {
    for (String other : List.of("nets", "selector")) {
      if (destination.has(other)) {
        destination.error(
            other,
            "cannot stand beside domains in one destination",
            "write a rule for each, or a network set that has both");
      }
    }
    for (String other : List.of("namespaceSelector", "serviceAccounts")) {
      if (destination.has(other)) {
        destination.warning(
            other,
            "stands beside domains: an address has to meet both, and few ever will",
            "write a rule for each");
      }
    }
  }
}
