// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A condition on labels.
 *
 * <p>{@code toString} is the canonical text, which parses to an equal selector: selectors that
 * differ in blanks, quotes or the order of a set have one canonical text.
 *
 * <p><b>Threading:</b> immutable.
 */
public sealed interface Selector {
  /** Whether labels, each with its value, meet the condition. */
  boolean matches(Map<String, String> labels);

  /** The same condition with each leaf replaced; groups and negations keep their form. */
  Selector mapLeaves(UnaryOperator<Selector> leaf);

  /** Whether one of the leaves is such. */
  boolean anyLeaf(Predicate<Selector> leaf);

  /**
   * The selector of this text; empty text selects all.
   *
   * @throws SelectorException if it is none
   */
  static Selector parse(String text) {
    return new SelectorParser(text).parse();
  }

  /** The same condition on labels whose names begin with this prefix. */
  default Selector prefixed(String prefix) {
    return mapLeaves(leaf -> leaf instanceof Match match ? match.prefixLabel(prefix) : leaf);
  }

  /** Both. */
  default Selector and(Selector other) {
    return new And(List.of(this, other));
  }

  /** A leaf that has no parts of its own. */
  sealed interface Leaf extends Selector {
    @Override
    default Selector mapLeaves(UnaryOperator<Selector> leaf) {
      return leaf.apply(this);
    }

    @Override
    default boolean anyLeaf(Predicate<Selector> leaf) {
      return leaf.test(this);
    }
  }

  /** {@code all()}: what has labels at all, be there none. */
  record All() implements Leaf {
    @Override
    public boolean matches(Map<String, String> labels) {
      return true;
    }

    @Override
    public String toString() {
      return "all()";
    }
  }

  /** {@code global()}: as a plain condition, true; a namespace selector gives it its meaning. */
  record Global() implements Leaf {
    @Override
    public boolean matches(Map<String, String> labels) {
      return true;
    }

    @Override
    public String toString() {
      return "global()";
    }
  }

  /** A condition on one label. */
  sealed interface Match extends Leaf {
    Match prefixLabel(String prefix);
  }

  /** {@code has(label)}. */
  record Has(String label) implements Match {
    @Override
    public boolean matches(Map<String, String> labels) {
      return labels.containsKey(label);
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new Has(prefix + label);
    }

    @Override
    public String toString() {
      return "has(" + label + ")";
    }
  }

  /** {@code label == "value"}: false if the label is absent. */
  record Equal(String label, String value) implements Match {
    @Override
    public boolean matches(Map<String, String> labels) {
      return value.equals(labels.get(label));
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new Equal(prefix + label, value);
    }

    @Override
    public String toString() {
      return label + " == " + quoted(value);
    }
  }

  /** {@code label != "value"}: true if the label is absent. */
  record NotEqual(String label, String value) implements Match {
    @Override
    public boolean matches(Map<String, String> labels) {
      return !value.equals(labels.get(label));
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new NotEqual(prefix + label, value);
    }

    @Override
    public String toString() {
      return label + " != " + quoted(value);
    }
  }

  /** {@code label in {…}}: false if the label is absent. */
  record In(String label, SortedSet<String> values) implements Match {
    /** Keeps a copy of the values. */
    public In {
      values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      String value = labels.get(label);
      return value != null && values.contains(value);
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new In(prefix + label, values);
    }

    @Override
    public String toString() {
      return label + " in " + set(values);
    }
  }

  /** {@code label not in {…}}: true if the label is absent. */
  record NotIn(String label, SortedSet<String> values) implements Match {
    /** Keeps a copy of the values. */
    public NotIn {
      values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      String value = labels.get(label);
      return value == null || !values.contains(value);
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new NotIn(prefix + label, values);
    }

    @Override
    public String toString() {
      return label + " not in " + set(values);
    }
  }

  /** {@code label contains "part"}: false if the label is absent. */
  record Contains(String label, String part) implements Match {
    @Override
    public boolean matches(Map<String, String> labels) {
      String value = labels.get(label);
      return value != null && value.contains(part);
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new Contains(prefix + label, part);
    }

    @Override
    public String toString() {
      return label + " contains " + quoted(part);
    }
  }

  /** {@code label starts with "part"}: false if the label is absent. */
  record StartsWith(String label, String part) implements Match {
    @Override
    public boolean matches(Map<String, String> labels) {
      String value = labels.get(label);
      return value != null && value.startsWith(part);
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new StartsWith(prefix + label, part);
    }

    @Override
    public String toString() {
      return label + " starts with " + quoted(part);
    }
  }

  /** {@code label ends with "part"}: false if the label is absent. */
  record EndsWith(String label, String part) implements Match {
    @Override
    public boolean matches(Map<String, String> labels) {
      String value = labels.get(label);
      return value != null && value.endsWith(part);
    }

    @Override
    public Match prefixLabel(String prefix) {
      return new EndsWith(prefix + label, part);
    }

    @Override
    public String toString() {
      return label + " ends with " + quoted(part);
    }
  }

  /** {@code !operand}. */
  record Not(Selector operand) implements Selector {
    @Override
    public boolean matches(Map<String, String> labels) {
      return !operand.matches(labels);
    }

    @Override
    public Selector mapLeaves(UnaryOperator<Selector> leaf) {
      return new Not(operand.mapLeaves(leaf));
    }

    @Override
    public boolean anyLeaf(Predicate<Selector> leaf) {
      return operand.anyLeaf(leaf);
    }

    @Override
    public String toString() {
      return "!" + operand;
    }
  }

  /** All of the operands. */
  record And(List<Selector> operands) implements Selector {
    /** Keeps a copy of the operands. */
    public And {
      operands = List.copyOf(operands);
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      return operands.stream().allMatch(operand -> operand.matches(labels));
    }

    @Override
    public Selector mapLeaves(UnaryOperator<Selector> leaf) {
      return new And(operands.stream().map(operand -> operand.mapLeaves(leaf)).toList());
    }

    @Override
    public boolean anyLeaf(Predicate<Selector> leaf) {
      return operands.stream().anyMatch(operand -> operand.anyLeaf(leaf));
    }

    @Override
    public String toString() {
      return group(operands, " && ");
    }
  }

  /** One of the operands, or more. */
  record Or(List<Selector> operands) implements Selector {
    /** Keeps a copy of the operands. */
    public Or {
      operands = List.copyOf(operands);
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      return operands.stream().anyMatch(operand -> operand.matches(labels));
    }

    @Override
    public Selector mapLeaves(UnaryOperator<Selector> leaf) {
      return new Or(operands.stream().map(operand -> operand.mapLeaves(leaf)).toList());
    }

    @Override
    public boolean anyLeaf(Predicate<Selector> leaf) {
      return operands.stream().anyMatch(operand -> operand.anyLeaf(leaf));
    }

    @Override
    public String toString() {
      return group(operands, " || ");
    }
  }

  private static String group(List<Selector> operands, String operator) {
    return operands.stream()
        .map(Selector::toString)
        .collect(Collectors.joining(operator, "(", ")"));
  }

  private static String set(SortedSet<String> values) {
    return values.stream().map(Selector::quoted).collect(Collectors.joining(", ", "{", "}"));
  }

  private static String quoted(String value) {
    return value.indexOf('"') < 0 ? '"' + value + '"' : "'" + value + "'";
  }
}
