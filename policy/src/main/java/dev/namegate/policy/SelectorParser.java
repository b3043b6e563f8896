// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Recursive descent over the selector grammar; one object a text. */
final class SelectorParser {
  private static final int MAX_LENGTH = 1024;
  private static final int MAX_LABEL = 512;
  private static final int MAX_DEPTH = 100;

  private final String text;
  private int at;
  private int depth;

  SelectorParser(String text) {
    this.text = text;
  }

  Selector parse() {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidValueException(
          "a selector of " + text.length() + " characters", "at most " + MAX_LENGTH);
    }
    skipBlanks();
    if (at == text.length()) {
      return Selector.ALL;
    }
    Selector selector = or();
    if (at < text.length()) {
      throw failure("\"" + text.substring(at) + "\" is left over", "&& or || between conditions");
    }
    return selector;
  }

  private Selector or() {
    if (++depth > MAX_DEPTH) {
      throw failure("too deep", "at most " + MAX_DEPTH + " levels of parentheses");
    }
    List<Selector> operands = new ArrayList<>(List.of(and()));
    while (take("||")) {
      operands.add(and());
    }
    depth--;
    return operands.size() == 1 ? operands.get(0) : new Selector.Or(operands);
  }

  private Selector and() {
    List<Selector> operands = new ArrayList<>(List.of(operation()));
    while (take("&&")) {
      operands.add(operation());
    }
    return operands.size() == 1 ? operands.get(0) : new Selector.And(operands);
  }

  private Selector operation() {
    boolean negated = false;
    while (take("!")) {
      negated = !negated;
    }
    Selector operand = operand();
    return negated ? new Selector.Not(operand) : operand;
  }

  private Selector operand() {
    if (take("(")) {
      Selector inner = or();
      require(")");
      return inner;
    }
    if (take("all(")) {
      require(")");
      return Selector.ALL;
    }
    if (take("global(")) {
      require(")");
      return new Selector.Global();
    }
    if (take("has(")) {
      Selector has = new Selector.Has(label());
      require(")");
      return has;
    }
    return match(label());
  }

  private Selector match(String label) {
    if (take("==")) {
      return new Selector.Compare(label, Selector.Comparison.EQUAL, string());
    }
    if (take("!=")) {
      return new Selector.Compare(label, Selector.Comparison.NOT_EQUAL, string());
    }
    if (takeWord("contains")) {
      return new Selector.Compare(label, Selector.Comparison.CONTAINS, string());
    }
    if (takeWords("starts", "with")) {
      return new Selector.Compare(label, Selector.Comparison.STARTS_WITH, string());
    }
    if (takeWords("ends", "with")) {
      return new Selector.Compare(label, Selector.Comparison.ENDS_WITH, string());
    }
    if (takeWords("not", "in")) {
      return new Selector.In(label, true, set());
    }
    if (takeWord("in")) {
      return new Selector.In(label, false, set());
    }
    throw failure(
        "no operator after label " + label,
        "==, !=, in, not in, contains, starts with or ends with");
  }

  private Set<String> set() {
    require("{");
    Set<String> values = new LinkedHashSet<>();
    while (!take("}")) {
      values.add(string());
      if (!take(",")) {
        require("}");
        return values;
      }
    }
    return values;
  }

  private String string() {
    char quote = at < text.length() ? text.charAt(at) : 0;
    int end = quote == '"' || quote == '\'' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw failure("no value in quotes", "'value' or \"value\"");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    skipBlanks();
    return value;
  }

  private String label() {
    int start = at;
    while (at < text.length() && isLabel(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw failure("no label name", "letters, digits, '_', '.', '/' and '-'");
    }
    if (at - start > MAX_LABEL) {
      throw failure("a label of " + (at - start) + " characters", "at most " + MAX_LABEL);
    }
    String label = text.substring(start, at);
    skipBlanks();
    return label;
  }

  private static boolean isLabel(char c) {
    return isWord(c) || c == '.' || c == '/' || c == '-';
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private void require(String symbol) {
    if (!take(symbol)) {
      throw failure("\"" + symbol + "\" is missing", "close what was opened");
    }
  }

  private boolean take(String symbol) {
    if (!text.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    skipBlanks();
    return true;
  }

  private boolean takeWord(String word) {
    int end = at + word.length();
    if (!text.startsWith(word, at) || (end < text.length() && isWord(text.charAt(end)))) {
      return false;
    }
    at = end;
    skipBlanks();
    return true;
  }

  /** Two words, with or without blanks between. */
  private boolean takeWords(String first, String second) {
    if (!text.startsWith(first, at)) {
      return false;
    }
    int start = at;
    at += first.length();
    skipBlanks();
    if (takeWord(second)) {
      return true;
    }
    at = start;
    return false;
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private InvalidValueException failure(String what, String suggestion) {
    return new InvalidValueException(
        "selector \"" + text + "\": " + what + " at character " + (at + 1), suggestion);
  }
}
