// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A label selector, as Calico writes it.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("ClassInitializationDeadlock")
public sealed interface Selector {
  /** Whether an object with these labels is selected. */
  boolean matches(Map<String, String> labels);

  /** The canonical text: equal selectors have equal texts. */
  String canonical();

  /** The same selector over labels whose names are changed by this function. */
  Selector rename(UnaryOperator<String> names);

  /** Whether it says {@code global()} anywhere. */
  default boolean saysGlobal() {
    return false;
  }

  Selector ALL = new All();

  /** Parses; the empty text is {@code all()}. */
  static Selector parse(String text) {
    return new SelectorParser(text).parse();
  }

  /** Both. */
  static Selector and(Selector left, Selector right) {
    if (left instanceof All) {
      return right;
    }
    return right instanceof All ? left : new And(List.of(left, right));
  }

  /** {@code all()}. */
  record All() implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return true;
    }

    @Override
    public String canonical() {
      return "all()";
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return this;
    }
  }

  /** {@code global()}: true as a node; its place gives it its meaning. */
  record Global() implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return true;
    }

    @Override
    public String canonical() {
      return "global()";
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return this;
    }

    @Override
    public boolean saysGlobal() {
      return true;
    }
  }

  /** {@code has(label)}. */
  record Has(String label) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return labels.containsKey(label);
    }

    @Override
    public String canonical() {
      return "has(" + label + ")";
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return new Has(names.apply(label));
    }
  }

  /** How a label is compared with a text. */
  enum Comparison {
    EQUAL("=="),
    NOT_EQUAL("!="),
    CONTAINS("contains"),
    STARTS_WITH("starts with"),
    ENDS_WITH("ends with");

    private final String symbol;

    Comparison(String symbol) {
      this.symbol = symbol;
    }
  }

  /** {@code label == "value"} and its kin; only {@code !=} holds for an absent label. */
  record Compare(String label, Comparison comparison, String value) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      String actual = labels.get(label);
      if (actual == null) {
        return comparison == Comparison.NOT_EQUAL;
      }
      return switch (comparison) {
        case EQUAL -> actual.equals(value);
        case NOT_EQUAL -> !actual.equals(value);
        case CONTAINS -> actual.contains(value);
        case STARTS_WITH -> actual.startsWith(value);
        case ENDS_WITH -> actual.endsWith(value);
      };
    }

    @Override
    public String canonical() {
      return label + " " + comparison.symbol + " " + quote(value);
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return new Compare(names.apply(label), comparison, value);
    }
  }

  /** {@code label in {…}} and {@code label not in {…}}; the latter holds for an absent label. */
  record In(String label, boolean negated, Set<String> values) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      String actual = labels.get(label);
      return negated != (actual != null && values.contains(actual));
    }

    @Override
    public String canonical() {
      return label
          + (negated ? " not in " : " in ")
          + new TreeSet<>(values)
              .stream().map(Selector::quote).collect(Collectors.joining(", ", "{", "}"));
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return new In(names.apply(label), negated, values);
    }
  }

  /** {@code !operand}. */
  record Not(Selector operand) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return !operand.matches(labels);
    }

    @Override
    public String canonical() {
      return "!" + operand.canonical();
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return new Not(operand.rename(names));
    }

    @Override
    public boolean saysGlobal() {
      return operand.saysGlobal();
    }
  }

  /** All of these. */
  record And(List<Selector> operands) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return operands.stream().allMatch(operand -> operand.matches(labels));
    }

    @Override
    public String canonical() {
      return operands.stream()
          .map(Selector::canonical)
          .collect(Collectors.joining(" && ", "(", ")"));
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return new And(operands.stream().map(operand -> operand.rename(names)).toList());
    }

    @Override
    public boolean saysGlobal() {
      return operands.stream().anyMatch(Selector::saysGlobal);
    }
  }

  /** Any of these. */
  record Or(List<Selector> operands) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return operands.stream().anyMatch(operand -> operand.matches(labels));
    }

    @Override
    public String canonical() {
      return operands.stream()
          .map(Selector::canonical)
          .collect(Collectors.joining(" || ", "(", ")"));
    }

    @Override
    public Selector rename(UnaryOperator<String> names) {
      return new Or(operands.stream().map(operand -> operand.rename(names)).toList());
    }

    @Override
    public boolean saysGlobal() {
      return operands.stream().anyMatch(Selector::saysGlobal);
    }
  }

  private static String quote(String value) {
    return value.indexOf('"') >= 0 ? "'" + value + "'" : '"' + value + '"';
  }
}
