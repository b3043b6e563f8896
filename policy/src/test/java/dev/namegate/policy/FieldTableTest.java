// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.policy.FieldTable.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of fields in {@code docs/policy.md} say of each kind exactly the fields that its
 * reader knows. The two configurations are not among them.
 */
final class FieldTableTest {
  private static final Path FULL = Path.of("src/test/resources/policies/good/fields.yaml");
  private static final Set<String> POLICIES =
      Set.of(
          "GlobalNetworkPolicy",
          "NetworkPolicy",
          "StagedGlobalNetworkPolicy",
          "StagedNetworkPolicy");
  private static final Set<String> KUBERNETES =
      Set.of(KubernetesPolicyReader.KIND, KubernetesPolicyReader.STAGED_KIND);

  /** The kinds that the fields under {@code spec} of a table are of. */
  private static final Map<String, Set<String>> KINDS =
      Map.of(
          "policy", POLICIES,
          "kubernetes", KUBERNETES,
          "set", Set.of("GlobalNetworkSet", "NetworkSet"),
          "host endpoint", Set.of("HostEndpoint"),
          "workload endpoint", Set.of("WorkloadEndpoint"),
          "tier", Set.of("Tier"),
          "profile", Set.of("Profile"),
          "namespace", Set.of("Namespace"));

  private final Map<String, List<Field>> tables;
  private final AcceptedFields accepted;

  FieldTableTest() throws IOException {
    tables = FieldTable.read();
    accepted = AcceptedFields.of(FULL);
  }

  @Test
  void everyKindIsInTheTables() {
    Set<String> kinds =
        Kinds.readers().stream().map(KindReader::shownAs).collect(Collectors.toSet());

    assertEquals(kinds, accepted.known().keySet());
    for (String kind : kinds) {
      assertTrue(
          kind.equals("ServiceAccount") || KINDS.values().stream().anyMatch(k -> k.contains(kind)),
          kind);
    }
  }

  @Test
  void everyFieldThatAReaderKnowsIsInTheTablesAndNoOther() {
    Set<String> allKnown = new TreeSet<>();
    Set<String> allListed = new TreeSet<>();
    accepted
        .known()
        .forEach(
            (kind, paths) -> {
              Set<String> known = inTables(kind, paths);
              Set<String> listed = listed(kind, true);
              allKnown.addAll(known);
              allListed.addAll(listed);
              assertEquals(withoutRules(listed), withoutRules(known), kind);
            });
    assertEquals(allListed, allKnown);
  }

  /** Without what stands in rules, which one reader reads for all kinds. */
  private static Set<String> withoutRules(Set<String> fields) {
    return fields.stream()
        .filter(field -> !field.startsWith("rule: ") && !field.startsWith("entity: "))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyFieldThatIsNotRefusedIsAccepted() {
    ReadResult read = ResourceReader.read(List.of(FULL));

    assertEquals(List.of(), read.refused());
    Set<String> written = new HashSet<>();
    Set<String> listed = new HashSet<>();
    for (String kind : accepted.known().keySet()) {
      written.addAll(inTables(kind, accepted.written().get(kind)));
      listed.addAll(listed(kind, false));
    }
    listed.removeAll(written);
    assertEquals(Set.of(), listed, "not in " + FULL);
  }

  @Test
  void everyFieldThatIsRefusedIsRefused() {
    assertRefused("services", "{action: Allow, destination: {services: {name: a}}}");
    assertEquals(
        Set.of("entity: services"),
        tables.entrySet().stream()
            .flatMap(
                table ->
                    table.getValue().stream()
                        .filter(field -> field.support().equals("refused"))
                        .map(field -> table.getKey() + ": " + field.name()))
            .collect(Collectors.toSet()));
  }

  private static void assertRefused(String field, String rule) {
    ReadResult read = Verdicts.read(Yaml.policy("p", "", rule));

    assertEquals(1, read.refused().size());
    assertTrue(read.problems().get(0).path().endsWith("." + field), read.problems().toString());
  }

  /** What the tables say of a kind, each field with the name of its table. */
  private Set<String> listed(String kind, boolean refusedToo) {
    Set<String> names = new HashSet<>(Set.of("object", "metadata"));
    KINDS.forEach(
        (table, kinds) -> {
          if (kinds.contains(kind)) {
            names.add(table);
          }
        });
    if (POLICIES.contains(kind) || kind.equals("Profile")) {
      names.addAll(Set.of("rule", "entity"));
    } else if (kind.equals("ServiceAccount")) {
      names.add("service account");
    }
    Set<String> listed = new TreeSet<>();
    for (String name : names) {
      for (Field field : tables.getOrDefault(name, List.of())) {
        if (field.isOf(kind) && (refusedToo || !field.support().equals("refused"))) {
          listed.add(name + ": " + field.name());
        }
      }
    }
    return listed;
  }

  /** These paths as the tables name them. */
  private static Set<String> inTables(String kind, Set<String> paths) {
    List<String> fields = new ArrayList<>();
    for (String path : paths) {
      if (path.startsWith("metadata.")) {
        fields.add(
            path.replaceFirst("^metadata\\.(labels|annotations)\\..*", "metadata.$1")
                .replaceFirst("^metadata\\.", "metadata: "));
      } else if (path.startsWith("spec.")) {
        fields.add(inSpec(kind, path.substring("spec.".length())));
      } else if (Stream.of("apiVersion", "kind", "metadata", "spec", "status")
          .anyMatch(path::equals)) {
        fields.add("object: " + path);
      } else {
        fields.add("service account: " + path);
      }
    }
    return new TreeSet<>(fields);
  }

  private static String inSpec(String kind, String path) {
    if (KUBERNETES.contains(kind)) {
      return "kubernetes: " + ofKubernetes(path);
    }
    if (path.startsWith("ingress[].") || path.startsWith("egress[].")) {
      String field = path.substring(path.indexOf('.') + 1);
      return field.startsWith("source.") || field.startsWith("destination.")
          ? "entity: " + field.substring(field.indexOf('.') + 1)
          : "rule: " + field;
    }
    String table =
        KINDS.entrySet().stream()
            .filter(entry -> entry.getValue().contains(kind))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return table + ": " + path;
  }

  /** Names a field of ingress as that of egress, and one of any label selector as the first's. */
  private static String ofKubernetes(String path) {
    return path.replaceFirst("^ingress\\[]\\.from\\[]\\.", "egress[].to[].")
        .replaceFirst("^ingress\\[]\\.ports\\[]\\.", "egress[].ports[].")
        .replaceFirst("^egress\\[]\\.to\\[]\\.(pod|namespace)Selector\\.", "podSelector.");
  }
}
