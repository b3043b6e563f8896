// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Makes our nodes of the library's. What aliases lead to stays one node, so that the work is that
 * of what was written; also where a list or a mapping leads to itself.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 *
 * <p><b>Bounds:</b> recursion as deep as the document is nested ({@link YamlFile#MAX_DEPTH}): what
 * an alias leads to was written, and so met, before it.
 */
final class LibraryNodes {
  private final IdentityHashMap<Node, YamlNode> known = new IdentityHashMap<>();

  private LibraryNodes() {}

  /** The document with this root. */
  static YamlNode converted(Node root) {
    return new LibraryNodes().node(root);
  }

  private YamlNode node(Node node) {
    YamlNode met = known.get(node);
    if (met != null) {
      return met;
    }
    List<Node> inside = inside(node);
    YamlNode[] elements = new YamlNode[inside.size()];
    YamlNode converted = shell(node, elements);
    known.put(node, converted);
    for (int i = 0; i < elements.length; i++) {
      elements[i] = node(inside.get(i));
    }
    return converted;
  }

  private static List<Node> inside(Node node) {
    if (node instanceof SequenceNode list) {
      return list.getValue();
    }
    List<Node> inside = new ArrayList<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        inside.add(entry.getKeyNode());
        inside.add(entry.getValueNode());
      }
    }
    return inside;
  }

  private static YamlNode shell(Node node, YamlNode[] elements) {
    Optional<Mark> mark = node.getStartMark();
    int line = mark.map(start -> start.getLine() + 1).orElse(0);
    int column = mark.map(start -> start.getColumn() + 1).orElse(0);
    if (node instanceof ScalarNode scalar) {
      return YamlNode.scalar(scalar.getTag(), scalar.getValue(), line, column);
    }
    return node instanceof SequenceNode
        ? YamlNode.list(node.getTag(), elements, line, column)
        : YamlNode.mapping(node.getTag(), elements, line, column);
  }
}
