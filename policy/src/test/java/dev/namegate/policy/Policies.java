// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Random resources as YAML. Everything is drawn from few values, so that rules, sets, endpoints and
 * flows meet often.
 */
final class Policies {
  static final String[] V4 = {
    "10.0.0.1", "10.0.0.2", "10.0.1.1", "10.1.0.1", "192.0.2.1", "192.0.2.2", "203.0.113.7"
  };
  static final String[] V6 = {"2001:db8::1", "2001:db8::2", "2001:db8:1::1", "fd00::1"};
  static final String[] NAMES = {
    "a.com", "b.com", "www.a.com", "x.y.a.com", "www.b.com", "api.c.org", "c.org", "org"
  };
  static final int[] PORTS = {53, 80, 443, 8080, 65535};
  static final int[] PROTOCOLS = {1, 6, 17, 58, 132, 50};

  private static final String[] NETS_V4 = {
    "10.0.0.0/8", "10.0.0.0/24", "10.0.0.1/32", "192.0.2.0/24", "203.0.113.7/32", "0.0.0.0/0"
  };
  private static final String[] NETS_V6 = {
    "2001:db8::/32", "2001:db8::1/128", "fd00::/8", "::/0", "2001:db8::/64"
  };
  private static final String[] PATTERNS = {
    "a.com", "*.a.com", "www.*.com", "x.*.com", "*", "www.*", "c.org", "api.*.org", "*.org"
  };
  private static final String[] LABELS = {"role", "env", "color"};
  private static final String[] BUILT_IN_LABELS = {
    "namespace", "name", "serviceaccount", "orchestrator"
  };
  private static final String[] VALUES = {"web", "db", "red", "prod"};
  private static final String[] NAMESPACES = {"shop", "lab", "empty"};
  private static final String[] ACCOUNTS = {"default", "robot"};
  private static final String[] PORT_NAMES = {"dns", "http"};
  private static final String[] TIERS = {"default", "first", "later", "nowhere", "kube-admin"};
  private static final String[] PROFILES = {
    "p1", "p2", "kns.shop", "ksa.lab.robot", "projectcalico-default-allow", "absent"
  };

  private final SplittableRandom random;
  private final Map<String, String> documents = new LinkedHashMap<>();

  Policies(SplittableRandom random) {
    this.random = random;
  }

  String generate() {
    return String.join("", documents().values());
  }

  /** The documents, each by what tells its object from all others. */
  Map<String, String> documents() {
    for (int i = 0; i < 2; i++) {
      if (chance(70)) {
        document("Tier", "", i == 0 ? "first" : "later", "", tierSpec());
      }
      document(
          "Profile",
          "",
          "p" + (i + 1),
          "",
          "  labelsToApply: " + map(this::profileLabel) + "\n" + rules("egress", false, true));
      kubernetes("Namespace", "", NAMESPACES[i]);
      if (chance(60)) {
        kubernetes("ServiceAccount", NAMESPACES[i], pick(ACCOUNTS));
      }
    }
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      workload(i);
    }
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      host(i);
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      boolean global = chance(50);
      document(
          global ? "GlobalNetworkSet" : "NetworkSet",
          global ? "" : pick(NAMESPACES),
          "s" + i,
          labels(),
          "  nets: "
              + list(3, () -> pick(chance(50) ? NETS_V4 : NETS_V6))
              + "\n  allowedEgressDomains: "
              + list(3, () -> pick(PATTERNS))
              + "\n");
    }
    List<String[]> names = new ArrayList<>();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      String prefix = pick("a", "b", "c", "knp.default.c");
      boolean global = !prefix.startsWith("knp") && chance(60);
      names.add(new String[] {global ? "" : pick(NAMESPACES), prefix + i});
      policy(names.get(names.size() - 1), false);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      String[] other = {chance(50) ? "" : pick(NAMESPACES), pick("a", "b", "d") + i};
      policy(chance(60) ? names.get(random.nextInt(names.size())) : other, true);
    }
    return documents;
  }

  private void kubernetes(String kind, String namespace, String name) {
    documents.put(
        kind + " " + namespace + "/" + name,
        "apiVersion: v1\nkind: "
            + kind
            + "\nmetadata: {name: "
            + name
            + (namespace.isEmpty() ? "" : ", namespace: " + namespace)
            + ", labels: "
            + labels()
            + "}\n---\n");
  }

  private void document(String kind, String namespace, String name, String labels, String spec) {
    documents.put(
        kind + " " + namespace + "/" + name,
        "apiVersion: projectcalico.org/v3\nkind: "
            + kind
            + "\nmetadata:\n  name: "
            + name
            + "\n"
            + (namespace.isEmpty() ? "" : "  namespace: " + namespace + "\n")
            + (labels.isEmpty() ? "" : "  labels: " + labels + "\n")
            + "spec:\n"
            + spec
            + "---\n");
  }

  private String tierSpec() {
    return (chance(80) ? "  order: " + random.nextInt(3) + "\n" : "")
        + "  defaultAction: "
        + (chance(30) ? "Pass" : "Deny")
        + "\n";
  }

  private void workload(int i) {
    document(
        "WorkloadEndpoint",
        pick(NAMESPACES),
        "w" + i,
        labels(),
        "  node: n\n  interfaceName: cali"
            + i
            + "\n  ipNetworks: ['"
            + pick(V4)
            + "/32', '"
            + pick(V6)
            + "/128']\n"
            + (chance(50) ? "  serviceAccountName: " + pick(ACCOUNTS) + "\n" : "")
            + (chance(50) ? "  orchestrator: k8s\n" : "")
            + endpointRest());
  }

  private void host(int i) {
    document(
        "HostEndpoint",
        "",
        "h" + i,
        labels(),
        "  node: n\n  interfaceName: eth"
            + i
            + "\n  expectedIPs: "
            + list(2, () -> "'" + pick(chance(50) ? V4 : V6) + "'")
            + "\n"
            + endpointRest());
  }

  private String endpointRest() {
    return "  profiles: "
        + list(2, () -> pick(PROFILES))
        + "\n  ports: "
        + list(
            2,
            () ->
                "{name: "
                    + pick(PORT_NAMES)
                    + ", protocol: "
                    + pick("TCP", "UDP")
                    + ", port: "
                    + PORTS[random.nextInt(PORTS.length)]
                    + "}")
        + "\n";
  }

  /** A policy of this namespace, or a global one if it is empty, and name. */
  private void policy(String[] name, boolean staged) {
    boolean global = name[0].isEmpty();
    String action = pick("Set", "Set", "Learn", "Ignore", "Delete");
    String spec =
        "  tier: "
            + (chance(60) ? "default" : pick(TIERS))
            + "\n"
            + (staged ? "  stagedAction: " + action + "\n" : "");
    document(
        (staged ? "Staged" : "") + (global ? "GlobalNetworkPolicy" : "NetworkPolicy"),
        name[0],
        name[1],
        "",
        staged && action.equals("Delete") ? spec : spec + policySpec(global));
  }

  private String policySpec(boolean global) {
    return (chance(80) ? "  order: " + random.nextInt(3) + "\n" : "")
        + (chance(60) ? "  selector: " + quoted(selector(2)) + "\n" : "")
        + (global && chance(25) ? "  namespaceSelector: " + quoted(selector(1)) + "\n" : "")
        + (chance(15) ? "  serviceAccountSelector: " + quoted(selector(1)) + "\n" : "")
        + (chance(70)
            ? "  types: " + pick("[Egress]", "[Ingress]", "[Ingress, Egress]") + "\n"
            : "")
        + (global && chance(40) ? "  applyOnForward: true\n" : "")
        + (chance(30) ? rules("ingress", false, false) : "")
        + (chance(95) ? rules("egress", true, false) : "");
  }

  private String rules(String direction, boolean domains, boolean profile) {
    StringBuilder rules = new StringBuilder("  " + direction + ":\n");
    for (int i = random.nextInt(4); i >= 0; i--) {
      rules.append("  - " + rule(domains, profile) + "\n");
    }
    return rules.toString();
  }

  private String rule(boolean domains, boolean profile) {
    String action = profile ? pick("Allow", "Deny", "Log") : pick("Allow", "Deny", "Pass", "Log");
    boolean ports = chance(40);
    boolean v4 = chance(60);
    String protocol = ports ? pick("TCP", "UDP", "SCTP") : pick("ICMP", "ICMPv6", "50", "UDPLite");
    boolean icmp = protocol.startsWith("ICMP");
    List<String> fields = new ArrayList<>(List.of("action: " + action));
    if (ports || chance(20)) {
      fields.add("protocol: " + protocol);
      if (icmp && chance(50)) {
        fields.add(pick("icmp", "notICMP") + ": {type: 8" + (chance(50) ? ", code: 0}" : "}"));
      }
    }
    if (chance(15)) {
      fields.add("notProtocol: " + pick("TCP", "UDP", "6"));
    }
    if (!icmp && chance(15)) {
      fields.add("ipVersion: " + (v4 ? 4 : 6));
    }
    if (chance(25)) {
      fields.add("source: {" + entity(v4, ports) + "}");
    }
    if (domains && action.equals("Allow") && chance(35)) {
      List<String> entity = new ArrayList<>();
      entity.add("domains: " + list(3, () -> pick(PATTERNS), 1));
      addSome(
          entity,
          10,
          "notNets: ",
          () -> list(2, () -> v4 ? NETS_V4[random.nextInt(5)] : NETS_V6[random.nextInt(3)], 1));
      addSome(entity, 10, "notSelector: ", () -> quoted(selector(1)));
      addSome(entity, 10, "namespaceSelector: ", () -> quoted(selector(1)));
      addPorts(entity, ports);
      fields.add("destination: {" + String.join(", ", entity) + "}");
    } else if (chance(80)) {
      fields.add("destination: {" + entity(v4, ports) + "}");
    }
    return "{" + String.join(", ", fields) + "}";
  }

  private String entity(boolean v4, boolean ports) {
    List<String> entity = new ArrayList<>();
    String[] nets = v4 ? NETS_V4 : NETS_V6;
    addSome(entity, 30, "nets: ", () -> list(3, () -> pick(nets), 1));
    addSome(entity, 20, "notNets: ", () -> list(2, () -> nets[random.nextInt(3)], 1));
    addSome(entity, 40, "selector: ", () -> quoted(selector(2)));
    addSome(entity, 20, "notSelector: ", () -> quoted(selector(1)));
    addSome(entity, 20, "namespaceSelector: ", () -> quoted(chance(30) ? "global()" : selector(1)));
    addSome(
        entity,
        10,
        "serviceAccounts: ",
        () ->
            chance(50)
                ? "{names: " + list(2, () -> pick(ACCOUNTS), 1) + "}"
                : "{selector: " + quoted(selector(1)) + "}");
    addPorts(entity, ports);
    return String.join(", ", entity);
  }

  private void addPorts(List<String> entity, boolean numbers) {
    addSome(
        entity,
        numbers ? 60 : 10,
        pick("ports: ", "notPorts: "),
        () ->
            list(
                3,
                () ->
                    numbers && chance(70)
                        ? pick("53", "80", "'80:443'", "'1:65535'", "443")
                        : pick(PORT_NAMES),
                1));
  }

  private void addSome(List<String> entity, int percent, String key, Supplier<String> value) {
    if (chance(percent)) {
      entity.add(key + value.get());
    }
  }

  private String selector(int depth) {
    if (depth > 0 && chance(40)) {
      String left = selector(depth - 1);
      return switch (random.nextInt(3)) {
        case 0 -> "(" + left + " && " + selector(depth - 1) + ")";
        case 1 -> "(" + left + " || " + selector(depth - 1) + ")";
        default -> "!(" + left + ")";
      };
    }
    String label = chance(80) ? pick(LABELS) : "projectcalico.org/" + pick(BUILT_IN_LABELS);
    String value = '"' + pick(chance(80) ? VALUES : NAMESPACES) + '"';
    return switch (random.nextInt(10)) {
      case 9 -> label + pick(" in {}", " not in {}", " in {\"shop\", \"robot\",}");
      case 0 -> "all()";
      case 1 -> "has(" + label + ")";
      case 2, 3 -> label + " == " + value;
      case 4 -> label + " != " + value;
      case 5 -> label + " in {" + value + ", \"web\"}";
      case 6 -> label + " not in {" + value + "}";
      case 7 -> label + " contains \"e\"";
      default -> label + pick(" starts with", " ends with") + " \"d\"";
    };
  }

  private static String quoted(String selector) {
    return "'" + selector + "'";
  }

  private String labels() {
    return map(() -> pick(LABELS));
  }

  private String profileLabel() {
    return pick("", "pcns.", "pcsa.") + pick(LABELS);
  }

  private String map(Supplier<String> key) {
    List<String> entries = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String next = key.get();
      if (!keys.contains(next)) {
        keys.add(next);
        entries.add(next + ": " + pick(VALUES));
      }
    }
    return "{" + String.join(", ", entries) + "}";
  }

  private String list(int max, Supplier<String> element) {
    return list(max, element, 0);
  }

  private String list(int max, Supplier<String> element, int min) {
    List<String> elements = new ArrayList<>();
    for (int i = min + random.nextInt(max - min + 1); i > 0; i--) {
      String next = element.get();
      elements.add(next.startsWith("*") || next.contains("::") ? quotedOnce(next) : next);
    }
    return "[" + String.join(", ", elements) + "]";
  }

  private static String quotedOnce(String text) {
    return text.startsWith("'") ? text : "'" + text + "'";
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
