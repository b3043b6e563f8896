// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What the readers know, asked from outside: a key that no one knows is put into each mapping of
 * documents that have every field, and the error lists the keys that are known there.
 */
final class AcceptedFields {
  private static final String UNKNOWN = "zzzzzzzzzzzzzzzzzzzzzzzz";
  private static final String KNOWN = "known here: ";

  private final Map<String, Set<String>> known = new TreeMap<>();
  private final Map<String, Set<String>> written = new TreeMap<>();

  /** Asks the readers about the mappings of this file's documents. */
  static AcceptedFields of(Path file) throws IOException {
    AcceptedFields fields = new AcceptedFields();
    for (YamlNode root : YamlFile.parse("fields.yaml", Files.readString(file), new Problems())) {
      fields.probe(root, root);
      fields.walk(kind(root), "", root);
    }
    return fields;
  }

  /** By kind, the paths that its reader asks for; elements of lists are {@code []}. */
  Map<String, Set<String>> known() {
    return known;
  }

  /** By kind, the paths that its documents have. */
  Map<String, Set<String>> written() {
    return written;
  }

  private static String kind(YamlNode root) {
    return Kinds.shownAs(root.textOf("apiVersion"), root.textOf("kind"));
  }

  private void probe(YamlNode node, YamlNode root) {
    if (node.isMapping()) {
      read(withUnknown(root, node)).forEach(problem -> note(kind(root), problem));
    }
    for (int i = 0; i < node.size(); i++) {
      probe(node.isList() ? node.element(i) : node.value(i), root);
    }
  }

  /** What is written there, and in this one mapping one more entry. */
  private static YamlNode withUnknown(YamlNode node, YamlNode mapping) {
    List<YamlNode> inside = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      if (node.isMapping()) {
        inside.add(node.key(i));
      }
      inside.add(withUnknown(node.isList() ? node.element(i) : node.value(i), mapping));
    }
    if (node == mapping) {
      inside.add(text(UNKNOWN));
      inside.add(text("x"));
    }
    YamlNode[] elements = inside.toArray(YamlNode[]::new);
    if (node.isScalar()) {
      return node;
    }
    return node.isList()
        ? YamlNode.list(node.tag(), elements, node.line(), node.column())
        : YamlNode.mapping(node.tag(), elements, node.line(), node.column());
  }

  private static List<Problem> read(YamlNode root) {
    FileMerge merge = new FileMerge();
    merge.add("fields.yaml", FileContent.of("fields.yaml", List.of(root), new Problems()));
    return merge.result().problems();
  }

  private static YamlNode text(String text) {
    return YamlNode.scalar(Tag.STR, text, 1, 1);
  }

  private void note(String kind, Problem problem) {
    if (problem.path().endsWith("." + UNKNOWN) && problem.suggestion().startsWith(KNOWN)) {
      String parent = problem.path().substring(0, problem.path().length() - UNKNOWN.length());
      String path = parent.substring(parent.indexOf(").") + 2).replaceAll("\\[[0-9]+]", "[]");
      Set<String> paths = known.computeIfAbsent(kind, unused -> new TreeSet<>());
      Arrays.stream(problem.suggestion().substring(KNOWN.length()).split(", "))
          .forEach(key -> paths.add(path + key));
    }
  }

  private void walk(String kind, String path, YamlNode node) {
    for (int i = 0; i < node.size(); i++) {
      if (node.isList()) {
        walk(kind, path + "[]", node.element(i));
      } else {
        String key = node.key(i).text();
        String child = path.isEmpty() ? key : path + "." + key;
        written.computeIfAbsent(kind, unused -> new TreeSet<>()).add(child);
        walk(kind, child, node.value(i));
      }
    }
  }
}
