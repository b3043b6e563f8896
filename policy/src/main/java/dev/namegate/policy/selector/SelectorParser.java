// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads a selector by recursive descent.
 *
 * <pre>
 *   selector  = [ or ]
 *   or        = and *( "||" and )
 *   and       = operation *( "&amp;&amp;" operation )
 *   operation = *"!" ( "(" or ")" | "all()" | "global()" | "has(" label ")" | match )
 * </pre>
 *
 * <p><b>Bounds:</b> {@value #MAX_DEPTH} levels of parentheses.
 */
final class SelectorParser {
  private static final int MAX_LABEL_LENGTH = 512;
  private static final int MAX_DEPTH = 100;
  private static final char END = '\0';

  private final String text;
  private int at;
  private int depth;

  SelectorParser(String text) {
    this.text = text;
  }

  Selector parse() {
    skipBlanks();
    if (at == text.length()) {
      return new Selector.All();
    }
    Selector selector = or();
    if (at < text.length()) {
      throw error(
          "unexpected " + found() + " behind a complete condition", "join conditions by && or ||");
    }
    return selector;
  }

  private Selector or() {
    List<Selector> operands = new ArrayList<>();
    do {
      operands.add(and());
    } while (skip("||"));
    return operands.size() == 1 ? operands.get(0) : new Selector.Or(operands);
  }

  private Selector and() {
    List<Selector> operands = new ArrayList<>();
    do {
      operands.add(operation());
    } while (skip("&&"));
    return operands.size() == 1 ? operands.get(0) : new Selector.And(operands);
  }

  private Selector operation() {
    boolean negated = false;
    while (skip("!")) {
      negated = !negated;
    }
    Selector operand = operand();
    return negated ? new Selector.Not(operand) : operand;
  }

  private Selector operand() {
    if (skip("(")) {
      return parenthesised();
    }
    if (skip("all(")) {
      expect(")", "all() takes nothing");
      return new Selector.All();
    }
    if (skip("global(")) {
      expect(")", "global() takes nothing");
      return new Selector.Global();
    }
    if (skip("has(")) {
      String label = label();
      expect(")", "has() takes the name of one label");
      return new Selector.Has(label);
    }
    return match(label());
  }

  private Selector parenthesised() {
    if (++depth > MAX_DEPTH) {
      throw error("parentheses nested deeper than " + MAX_DEPTH, "simplify it");
    }
    Selector inner = or();
    expect(")", "close the parenthesis, or join conditions by && or ||");
    depth--;
    return inner;
  }

  private Selector match(String label) {
    if (skip("==")) {
      return new Selector.Equal(label, string());
    }
    if (skip("!=")) {
      return new Selector.NotEqual(label, string());
    }
    if (skipWord("in")) {
      return new Selector.In(label, set());
    }
    if (skipWords("not", "in")) {
      return new Selector.NotIn(label, set());
    }
    if (skipWord("contains")) {
      return new Selector.Contains(label, string());
    }
    if (skipWords("starts", "with")) {
      return new Selector.StartsWith(label, string());
    }
    if (skipWords("ends", "with")) {
      return new Selector.EndsWith(label, string());
    }
    throw error(
        "unexpected " + found() + " behind the label \"" + label + "\"",
        "write ==, !=, in, not in, contains, starts with, ends with, or has(" + label + ")");
  }

  private SortedSet<String> set() {
    expect("{", "write a set, as in {'a', 'b'}");
    SortedSet<String> values = new TreeSet<>();
    while (peek() != '}') {
      values.add(string());
      if (!skip(",")) {
        break;
      }
    }
    expect("}", "close the set, or put a comma between its values");
    return values;
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw error("expected a quoted value, found " + found(), "write the value as 'value'");
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw error("the quote that opens here is never closed", "close it with " + quote);
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    skipBlanks();
    return value;
  }

  private String label() {
    int start = at;
    while (isLabelCharacter(peek())) {
      at++;
    }
    if (at == start) {
      throw error("expected a label, found " + found(), "write a condition, as in role == 'web'");
    }
    String label = text.substring(start, at);
    if (label.length() > MAX_LABEL_LENGTH) {
      at = start;
      throw error("label of " + label.length() + " characters, max=" + MAX_LABEL_LENGTH, "");
    }
    skipBlanks();
    return label;
  }

  private void expect(String symbol, String suggestion) {
    if (!skip(symbol)) {
      throw error("expected \"" + symbol + "\", found " + found(), suggestion);
    }
  }

  private boolean skip(String symbol) {
    if (!text.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    skipBlanks();
    return true;
  }

  /** Skips a word operator, which ends where a label would. */
  private boolean skipWord(String word) {
    int end = at + word.length();
    if (!text.startsWith(word, at) || (end < text.length() && isLabelCharacter(text.charAt(end)))) {
      return false;
    }
    at = end;
    skipBlanks();
    return true;
  }

  /** Skips two words with or without blanks between them. */
  private boolean skipWords(String first, String second) {
    int start = at;
    if (text.startsWith(first, at)) {
      at += first.length();
      skipBlanks();
      if (skipWord(second)) {
        return true;
      }
      at = start;
    }
    return false;
  }

  private void skipBlanks() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private static boolean isLabelCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '/'
        || c == '-';
  }

  private String found() {
    if (at >= text.length()) {
      return "the end";
    }
    char c = text.charAt(at);
    return c == '\n'
        ? "a line break"
        : "'" + text.substring(at, Math.min(at + 12, text.length())) + "'";
  }

  private SelectorException error(String message, String suggestion) {
    return new SelectorException(message, suggestion, at);
  }
}
