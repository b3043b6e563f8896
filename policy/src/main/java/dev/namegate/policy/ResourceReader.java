// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import java.io.IOException;
import java.nio.file.*;
import java.util.*;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

public final class ResourceReader {
  private final Problems problems = new Problems();
  private final List<NetworkPolicySpec> policies = new ArrayList<>();
  private final List<NetworkSetSpec> sets = new ArrayList<>();
  private final List<EndpointSpec> endpoints = new ArrayList<>();
  private final List<ConfigObject> configs = new ArrayList<>();

  private ResourceReader() {}

  public static ReadResult read(List<Path> paths) throws IOException {
    ResourceReader r = new ResourceReader();
    for (Path path : paths) {
      for (Path f : files(path)) {
        for (Node n : YamlFile.read(f, r.problems)) {
          if (n instanceof MappingNode m) {
            r.document(new YamlObject(m, f.toString(), "", r.problems));
          }
        }
      }
    }
    return new ReadResult(
        new Resources(r.policies, r.sets, r.endpoints, r.configs), r.problems.sorted());
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> s = Files.list(path)) {
      return s.filter(f -> f.toString().matches(".*\\.(yaml|yml|json)")).sorted().toList();
    }
  }

  private void document(YamlObject o) {
    String kind = o.string("kind", "");
    o.string("apiVersion", "");
    YamlObject meta = o.object("metadata");
    String name = meta == null ? "" : meta.string("name", "");
    String ns = meta == null ? "" : meta.string("namespace", "");
    Map<String, String> labels = new HashMap<>(meta == null ? Map.of() : meta.stringMap("labels"));
    if (!ns.isEmpty()) {
      labels.put("projectcalico.org/namespace", ns);
      labels.put("pcns.projectcalico.org/name", ns);
    }
    YamlObject spec = o.object("spec");
    if (spec == null) {
      o.error("spec", "is missing", "");
      return;
    }
    o.finish();
    int before = problems.errors();
    switch (kind) {
      case "GlobalNetworkPolicy", "NetworkPolicy" -> policy(kind, ns, name, spec, before);
      case "GlobalNetworkSet", "NetworkSet" -> {
        List<Net> nets = each(spec, "nets", t -> Net.parse(t, false));
        List<DomainPattern> domains = domains(spec, "allowedEgressDomains");
        spec.finish();
        if (problems.errors() == before) {
          sets.add(new NetworkSetSpec(ns, name, labels, nets, domains));
        }
      }
      case "HostEndpoint", "WorkloadEndpoint" -> endpoint(kind, ns, name, labels, spec, before);
      case "FelixConfiguration", "NamegateConfiguration" ->
          configs.add(new ConfigObject(kind, name, spec));
      default -> o.error("kind", "unknown kind \"" + kind + "\"", "");
    }
  }

  private static List<DomainPattern> domains(YamlObject spec, String key) {
    List<DomainPattern> list = each(spec, key, DomainPattern::parse);
    for (int i = 0; i < list.size(); i++) {
      DomainPattern p = list.get(i);
      if (p.hasWildcard() && p.suffix().isEmpty()) {
        spec.values(key)
            .get(i)
            .warning(
                "\"" + p + "\" also matches names of any owner",
                "a wildcard to the left of a name that you trust");
      }
    }
    return list;
  }

  private static <T> List<T> each(YamlObject spec, String key, Function<String, T> f) {
    List<T> out = new ArrayList<>();
    for (YamlValue v : spec.values(key)) {
      try {
        out.add(f.apply(v.text()));
      } catch (InvalidValueException e) {
        v.error(e.getMessage(), e.suggestion());
      }
    }
    return out;
  }

  private static @Nullable Selector selector(YamlObject spec, String key) {
    String text = spec.string(key);
    if (text == null) {
      return null;
    }
    try {
      return Selector.parse(text);
    } catch (InvalidValueException e) {
      spec.error(key, e.getMessage(), e.suggestion());
      return null;
    }
  }

  private void policy(String kind, String ns, String name, YamlObject spec, int before) {
    double order = spec.number("order", Double.POSITIVE_INFINITY);
    Selector sel = selector(spec, "selector");
    spec.string("tier", "default");
    List<String> types = spec.strings("types");
    List<PolicyRule> egress = new ArrayList<>();
    boolean hasEgress = spec.has("egress");
    for (YamlObject r : spec.objects("egress")) {
      egress.add(rule(r, ns));
    }
    boolean hasIngress = spec.has("ingress");
    spec.ignore("ingress", "applyOnForward");
    spec.finish();
    boolean governs = types.isEmpty() ? hasEgress : types.contains("Egress");
    Selector scoped = sel == null ? Selector.ALL : sel;
    if (!ns.isEmpty()) {
      scoped =
          Selector.and(
              scoped,
              new Selector.Compare("projectcalico.org/namespace", Selector.Comparison.EQUAL, ns));
    }
    if (problems.errors() == before) {
      policies.add(
          new NetworkPolicySpec(
              kind,
              ns,
              name,
              order,
              scoped,
              governs || (types.isEmpty() && !hasIngress && hasEgress),
              egress));
    }
  }

  private static int protocol(YamlObject r, String key) {
    String t = r.string(key);
    if (t == null) {
      return -1;
    }
    return switch (t.toUpperCase(Locale.ROOT)) {
      case "TCP" -> 6;
      case "UDP" -> 17;
      case "ICMP" -> 1;
      case "ICMPV6" -> 58;
      case "SCTP" -> 132;
      case "UDPLITE" -> 136;
      default -> Integer.parseInt(t);
    };
  }

  private static PolicyRule rule(YamlObject r, String ns) {
    PolicyRule.Action action =
        r.choice(
            "action",
            PolicyRule.Action.DENY,
            Map.of(
                "Allow",
                PolicyRule.Action.ALLOW,
                "Deny",
                PolicyRule.Action.DENY,
                "Pass",
                PolicyRule.Action.PASS,
                "Log",
                PolicyRule.Action.LOG));
    int v = r.integer("ipVersion", 4, 6, 0);
    int p = protocol(r, "protocol");
    int np = protocol(r, "notProtocol");
    PolicyRule.Entity src = entity(r.object("source"), ns);
    PolicyRule.Entity dst = entity(r.object("destination"), ns);
    if (!dst.domains().isEmpty() && action != PolicyRule.Action.ALLOW) {
      r.error("destination", "domains only in Allow rules", "");
    }
    r.ignore("metadata");
    r.finish();
    return new PolicyRule(action, v, p, np, null, null, src, dst);
  }

  private static PolicyRule.Entity entity(@Nullable YamlObject e, String ns) {
    if (e == null) {
      return PolicyRule.Entity.ANY;
    }
    Selector sel = selector(e, "selector");
    Selector not = selector(e, "notSelector");
    if (!ns.isEmpty()) {
      Selector scope =
          new Selector.Compare("projectcalico.org/namespace", Selector.Comparison.EQUAL, ns);
      sel = sel == null ? null : Selector.and(sel, scope);
      not = not == null ? null : Selector.and(not, scope);
    }
    PolicyRule.Entity x =
        new PolicyRule.Entity(
            each(e, "nets", t -> Net.parse(t, true)),
            each(e, "notNets", t -> Net.parse(t, true)),
            each(e, "ports", Ports::parse),
            each(e, "notPorts", Ports::parse),
            sel,
            not,
            domains(e, "domains"));
    e.finish();
    return x;
  }

  private void endpoint(
      String kind,
      String ns,
      String name,
      Map<String, String> labels,
      YamlObject spec,
      int before) {
    boolean wl = kind.equals("WorkloadEndpoint");
    String node = spec.string("node", "");
    String iface = spec.string("interfaceName", "");
    List<IpAddress> addrs =
        each(spec, wl ? "ipNetworks" : "expectedIPs", t -> Net.parse(t, false).address());
    List<String> profiles = spec.strings("profiles");
    List<EndpointSpec.NamedPort> ports = new ArrayList<>();
    for (YamlObject p : spec.objects("ports")) {
      ports.add(
          new EndpointSpec.NamedPort(
              p.string("name", ""), protocol(p, "protocol"), p.integer("port", 1, 65535, 1)));
    }
    spec.ignore("orchestrator", "workload", "endpoint", "pod", "containerID", "mac");
    spec.finish();
    if (problems.errors() == before) {
      endpoints.add(
          new EndpointSpec(
              wl ? Endpoint.Kind.WORKLOAD : Endpoint.Kind.HOST,
              ns,
              name,
              node,
              iface,
              addrs,
              labels,
              profiles,
              ports));
    }
  }
}
