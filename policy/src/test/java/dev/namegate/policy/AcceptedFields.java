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
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
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
    for (Node root : YamlFile.parse("fields.yaml", Files.readString(file), new Problems())) {
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

  private static String kind(Node root) {
    YamlObject object = new YamlObject((MappingNode) root, "", "", new Problems());
    return Kinds.shownAs(object.string("apiVersion", ""), object.string("kind", ""));
  }

  private void probe(Node node, Node root) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(element -> probe(element, root));
    } else if (node instanceof MappingNode mapping) {
      List<NodeTuple> tuples = mapping.getValue();
      List<NodeTuple> more = new ArrayList<>(tuples);
      more.add(new NodeTuple(text(UNKNOWN), text("x")));
      mapping.setValue(more);
      read(root).forEach(problem -> note(kind(root), problem));
      mapping.setValue(tuples);
      tuples.forEach(tuple -> probe(tuple.getValueNode(), root));
    }
  }

  private static List<Problem> read(Node root) {
    FileMerge merge = new FileMerge();
    merge.add("fields.yaml", FileContent.of("fields.yaml", List.of(root), new Problems()));
    return merge.result().problems();
  }

  private static ScalarNode text(String text) {
    return new ScalarNode(Tag.STR, text, ScalarStyle.PLAIN);
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

  private void walk(String kind, String path, Node node) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(element -> walk(kind, path + "[]", element));
    } else if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String key = ((ScalarNode) tuple.getKeyNode()).getValue();
        String child = path.isEmpty() ? key : path + "." + key;
        written.computeIfAbsent(kind, unused -> new TreeSet<>()).add(child);
        walk(kind, child, tuple.getValueNode());
      }
    }
  }
}
