// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Documents as {@link PlainYaml} and as the library reads them, all that nodes tell in text. */
final class YamlTrees {
  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private YamlTrees() {}

  /** Null if it gives up. */
  static @Nullable String plain(String text) {
    List<Node> documents = PlainYaml.parse(text, RESOLVER);
    return documents == null ? null : told(documents);
  }

  /** With what is wrong, if anything is. */
  static String byLibrary(String text) {
    Problems problems = new Problems();
    List<Node> documents = YamlFile.parseByLibrary("test.yaml", text, problems);
    return problems.errors() > 0 ? problems.sorted().toString() : told(documents);
  }

  private static String told(List<Node> documents) {
    return documents.stream().map(document -> told(document, "\n")).collect(Collectors.joining());
  }

  private static String told(Node node, String newLine) {
    Mark mark = node.getStartMark().orElseThrow();
    String head =
        newLine + mark.getLine() + ":" + mark.getColumn() + " " + node.getTag().getValue() + " ";
    String deeper = newLine + "  ";
    if (node instanceof ScalarNode scalar) {
      return head + scalar.getScalarStyle() + " <" + scalar.getValue() + ">";
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream()
          .map(element -> told(element, deeper))
          .collect(Collectors.joining("", head + sequence.getFlowStyle(), ""));
    }
    MappingNode mapping = (MappingNode) node;
    return mapping.getValue().stream()
        .map(entry -> told(entry, deeper))
        .collect(Collectors.joining("", head + mapping.getFlowStyle(), ""));
  }

  private static String told(NodeTuple entry, String newLine) {
    return told(entry.getKeyNode(), newLine) + told(entry.getValueNode(), newLine + ": ");
  }
}
