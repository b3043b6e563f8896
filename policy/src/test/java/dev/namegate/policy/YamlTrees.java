// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Documents as {@link PlainYaml} and as the library reads them, all that nodes tell in text. */
final class YamlTrees {
  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private YamlTrees() {}

  /** Null if it gives up. */
  static @Nullable String plain(String text) {
    List<YamlNode> documents = PlainYaml.parse(text, RESOLVER);
    return documents == null ? null : told(documents);
  }

  /** With what is wrong, if anything is. */
  static String byLibrary(String text) {
    Problems problems = new Problems();
    List<YamlNode> documents = YamlFile.parseByLibrary("test.yaml", text, problems);
    return problems.errors() > 0 ? problems.sorted().toString() : told(documents);
  }

  private static String told(List<YamlNode> documents) {
    return documents.stream().map(document -> told(document, "\n")).collect(Collectors.joining());
  }

  private static String told(YamlNode node, String newLine) {
    String head = newLine + node.line() + ":" + node.column() + " " + node.tag().getValue() + " ";
    if (node.isScalar()) {
      return head + "<" + node.text() + ">";
    }
    StringBuilder told = new StringBuilder(head).append(node.isList() ? "list" : "mapping");
    for (int i = 0; i < node.size(); i++) {
      if (node.isList()) {
        told.append(told(node.element(i), newLine + "  "));
      } else {
        told.append(told(node.key(i), newLine + "  "))
            .append(told(node.value(i), newLine + "  : "));
      }
    }
    return told.toString();
  }
}
