// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the label selectors of Kubernetes to selectors of Calico. */
final class LabelSelectorReader {
  private static final Selector OF_KUBERNETES =
      new Selector.Equal(Resource.ORCHESTRATOR_LABEL, "k8s");

  private LabelSelectorReader() {}

  private enum Operator {
    IN(true),
    NOT_IN(true),
    EXISTS(false),
    DOES_NOT_EXIST(false);

    private final boolean hasValues;

    Operator(boolean hasValues) {
      this.hasValues = hasValues;
    }
  }

  private static final Map<String, Operator> OPERATORS =
      Map.of(
          "In",
          Operator.IN,
          "NotIn",
          Operator.NOT_IN,
          "Exists",
          Operator.EXISTS,
          "DoesNotExist",
          Operator.DOES_NOT_EXIST);

  /** Workloads of Kubernetes whose labels are such; all of them if it says nothing. */
  static Selector pods(@Nullable YamlObject selector) {
    List<Selector> parts = new ArrayList<>(List.of(OF_KUBERNETES));
    if (selector != null) {
      parts.addAll(parts(selector));
    }
    return joined(parts);
  }

  /** Namespaces whose labels are such; all of them if it says nothing. */
  static Selector namespaces(YamlObject selector) {
    List<Selector> parts = parts(selector);
    return parts.isEmpty() ? new Selector.All() : joined(parts);
  }

  /** Refuses keys that are there without a value: Kubernetes takes them for all. */
  static void refuseNothing(YamlObject object, String... keys) {
    for (String key : keys) {
      if (object.isNull(key)) {
        object.error(
            key,
            "is empty, and so would not limit what is meant",
            "write {} or [] if all are meant, or remove the key");
      }
    }
  }

  private static Selector joined(List<Selector> parts) {
    return parts.size() == 1 ? parts.get(0) : new Selector.And(parts);
  }

  private static List<Selector> parts(YamlObject selector) {
    refuseNothing(selector, "matchLabels", "matchExpressions");
    List<Selector> parts = new ArrayList<>();
    Map<String, String> labels = new TreeMap<>(selector.stringMap("matchLabels"));
    MetadataReader.checkLabels(selector, "matchLabels", labels);
    labels.forEach((label, value) -> parts.add(new Selector.Equal(label, value)));
    for (YamlObject expression : selector.objects("matchExpressions")) {
      parts.add(expression(expression));
    }
    selector.finish();
    return parts;
  }

  private static Selector expression(YamlObject expression) {
    String key = expression.requiredString("key");
    if (!key.isEmpty() && !MetadataReader.isLabelKey(key)) {
      expression.error("key", "\"" + key + "\" is not a valid label", "write prefix/name");
    }
    boolean said = !expression.requiredString("operator").isEmpty();
    Operator operator =
        said ? expression.choice("operator", Operator.EXISTS, OPERATORS) : Operator.EXISTS;
    List<String> values = expression.strings("values");
    if (said && operator.hasValues && values.isEmpty()) {
      expression.error("values", "is missing", "write the values to compare with");
    } else if (said && !operator.hasValues && !values.isEmpty()) {
      expression.error("values", "has no meaning beside this operator", "remove it");
    }
    expression.finish();
    return switch (operator) {
      case IN -> new Selector.In(key, new TreeSet<>(values));
      case NOT_IN -> new Selector.NotIn(key, new TreeSet<>(values));
      case EXISTS -> new Selector.Has(key);
      case DOES_NOT_EXIST -> new Selector.Not(new Selector.Has(key));
    };
  }
}
