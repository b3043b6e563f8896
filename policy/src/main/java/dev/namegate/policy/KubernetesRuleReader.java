// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rules of one direction of a Kubernetes NetworkPolicy. Each becomes as many rules as it
 * has pairs of a peer and a protocol.
 */
final class KubernetesRuleReader {
  private static final Map<String, Integer> PROTOCOLS =
      Map.of("TCP", IpPacket.TCP, "UDP", IpPacket.UDP, "SCTP", IpPacket.SCTP);

  /** What a rule without {@code to} or {@code from} is about: anything. */
  private static final Peer ANYWHERE = new Peer(List.of(), List.of(), null, null);

  private record Peer(
      List<Cidr> nets,
      List<Cidr> notNets,
      @Nullable Selector pods,
      @Nullable Selector namespaces) {}

  /**
   * One element of {@code ports}.
   *
   * @param numbers null if it is a name, or all ports
   * @param name null if it is a number, or all ports
   */
  private record Port(int protocol, @Nullable PortRange numbers, @Nullable String name) {}

  private final boolean egress;

  private KubernetesRuleReader(boolean egress) {
    this.egress = egress;
  }

  /** The rules under {@code ingress} or {@code egress}. */
  static List<Rule> read(YamlObject spec, String direction) {
    KubernetesRuleReader reader = new KubernetesRuleReader(direction.equals("egress"));
    List<Rule> rules = new ArrayList<>();
    for (YamlObject rule : spec.objects(direction)) {
      rules.addAll(reader.rules(rule));
    }
    return List.copyOf(rules);
  }

  private List<Rule> rules(YamlObject object) {
    LabelSelectorReader.refuseNothing(object, egress ? "to" : "from", "ports");
    List<Peer> peers = new ArrayList<>();
    for (YamlObject peer : object.objects(egress ? "to" : "from")) {
      peers.add(peer(peer));
    }
    Map<Integer, Ports> ports = ports(object);
    object.finish();
    List<Rule> rules = new ArrayList<>();
    ports.forEach(
        (protocol, numbers) -> {
          for (Peer peer : peers.isEmpty() ? List.of(ANYWHERE) : peers) {
            rules.add(rule(protocol, peer, numbers, object.position()));
          }
        });
    return rules;
  }

  private Rule rule(int protocol, Peer peer, Ports ports, Position position) {
    Entity remote = entity(peer, egress ? ports : Ports.NONE);
    Entity local = egress ? Entity.EMPTY : entity(ANYWHERE, ports);
    return new Rule(
        Action.ALLOW,
        Rule.ANY,
        protocol,
        Rule.ANY,
        null,
        null,
        egress ? local : remote,
        egress ? remote : local,
        position);
  }

  private static Entity entity(Peer peer, Ports ports) {
    return new Entity(
        peer.nets(),
        peer.notNets(),
        peer.pods(),
        null,
        peer.namespaces(),
        null,
        ports,
        Ports.NONE,
        List.of());
  }

  private static Peer peer(YamlObject object) {
    LabelSelectorReader.refuseNothing(object, "ipBlock", "podSelector", "namespaceSelector");
    YamlObject block = object.object("ipBlock");
    YamlObject pods = object.object("podSelector");
    YamlObject namespaces = object.object("namespaceSelector");
    object.finish();
    if (!object.has("ipBlock") && !object.has("podSelector") && !object.has("namespaceSelector")) {
      object.problemHere(
          "names no peer", "write podSelector, namespaceSelector or ipBlock; {} selects all");
    }
    if (block == null) {
      return new Peer(
          List.of(),
          List.of(),
          LabelSelectorReader.pods(pods),
          namespaces == null ? null : LabelSelectorReader.namespaces(namespaces));
    }
    if (pods != null || namespaces != null) {
      object.error("ipBlock", "cannot stand beside selectors", "write a peer for each");
    }
    return blockPeer(block);
  }

  private static Peer blockPeer(YamlObject block) {
    String text = block.requiredString("cidr");
    List<Cidr> except = Fields.parsed(block, "except", KubernetesRuleReader::range);
    block.finish();
    if (text.isEmpty()) {
      return ANYWHERE;
    }
    List<Cidr> nets = Fields.parsedOne(block, "cidr", KubernetesRuleReader::range);
    for (Cidr net : nets) {
      for (Cidr inner : except) {
        if (!isWithin(inner, net)) {
          block.error("except", inner + " is not within " + net, "write smaller ranges of it");
        }
      }
    }
    return new Peer(nets, except, null, null);
  }

  private static Cidr range(String text) {
    if (text.indexOf('/') < 0) {
      return Cidr.parse(text, true); // says that the length is missing
    }
    return Cidr.parse(text, false);
  }

  private static boolean isWithin(Cidr inner, Cidr outer) {
    return inner.isIpv4() == outer.isIpv4()
        && inner.prefixLength() > outer.prefixLength()
        && new Cidr(inner.address(), outer.prefixLength()).equals(outer);
  }

  /** The ports of each protocol; without any, all of every protocol. */
  private static Map<Integer, Ports> ports(YamlObject rule) {
    Map<Integer, List<Port>> byProtocol = new TreeMap<>();
    for (YamlObject object : rule.objects("ports")) {
      Port port = port(object);
      byProtocol.computeIfAbsent(port.protocol(), protocol -> new ArrayList<>()).add(port);
    }
    Map<Integer, Ports> ports = new TreeMap<>();
    byProtocol.forEach((protocol, list) -> ports.put(protocol, joined(list)));
    if (ports.isEmpty()) {
      ports.put(Rule.ANY, Ports.NONE);
    }
    return ports;
  }

  private static Ports joined(List<Port> ports) {
    List<PortRange> ranges = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Port port : ports) {
      if (port.numbers() != null) {
        ranges.add(port.numbers());
      } else if (port.name() != null) {
        names.add(port.name());
      } else {
        return Ports.NONE; // one element is all ports of the protocol
      }
    }
    return new Ports(List.copyOf(ranges), List.copyOf(names));
  }

  private static Port port(YamlObject object) {
    LabelSelectorReader.refuseNothing(object, "protocol", "port", "endPort");
    int protocol = object.choice("protocol", IpPacket.TCP, PROTOCOLS);
    YamlValue value = object.value("port");
    boolean number = value != null && value.isInteger();
    if (object.has("endPort") && !number) {
      object.error("endPort", "needs port to be a number", "write the first port in port");
    }
    int first = number ? object.integer("port", 1, 65535, 1) : 1;
    int last = object.integer("endPort", 1, 65535, first);
    String name = number || value == null ? null : value.asString();
    object.finish();
    if (name != null && !Fields.PORT_NAME.matcher(name).matches()) {
      object.error("port", "\"" + name + "\" is not a port", "write 443 or the name of a port");
    } else if (name != null && name.matches("[0-9]+")) {
      object.error("port", "\"" + name + "\" is text", "write the number without quotes");
    }
    if (number && last < first) {
      object.error("endPort", "is smaller than port", "write a range from port to endPort");
    }
    return new Port(protocol, number ? new PortRange(first, last) : null, name);
  }
}
