// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/**
 * Reads the plain form of YAML, in which nearly all resources are written, to the same as the
 * library; gives up on everything else, which is then the library's to read, or to refuse.
 *
 * <p>The plain form: documents after {@code ---}; block mappings and sequences, a sequence also at
 * the indentation of its key; flow mappings and sequences, over several lines as well; scalars on
 * one line, plain or quoted, with no escapes but those of a quote and a backslash; comments. Tabs
 * and carriage returns give up, and so does whatever is odd: this never says that a file is wrong.
 *
 * <p>The nodes have the library's tags, texts and places.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 *
 * <p><b>Bounds:</b> one pass; recursion no deeper than {@link YamlFile#MAX_DEPTH}; holds a copy of
 * the text, and so gives up beyond {@value #MAX_LENGTH} characters, which the library reads piece
 * by piece.
 */
final class PlainYaml {
  static final int MAX_LENGTH = 16 << 20;

  /** Beyond some 1,024 characters the library takes nothing for a key. */
  private static final int MAX_KEY_LENGTH = 1_000;

  /** Column of what comes next, if no more of the document does. */
  private static final int NO_MORE = -1;

  /** What is longer than that is nearly always a name that stands there once. */
  private static final int MAX_WORD_LENGTH = 24;

  /** A power of two, for there are some dozens of keys and kinds. */
  private static final int WORDS = 256;

  /** After the last character; the text itself has none. */
  private static final char END = '\0';

  private static final char BYTE_ORDER_MARK = 0xFEFF;

  private final ScalarResolver resolver;
  private final char[] text;
  private int at;
  private int line;
  private int lineStart;
  private int depth;

  /** The elements, so far, of the collections that are being read, the outer ones first. */
  private YamlNode[] elements = new YamlNode[64];

  private int open;

  /** Short texts, each at the place of its hash. */
  private final @Nullable String[] words = new @Nullable String[WORDS];

  /** Nobody asks where it was thrown. */
  private static final class GaveUp extends Exception {
    private static final long serialVersionUID = 1;

    GaveUp() {
      super("not in the plain form", null, false, false);
    }
  }

  private PlainYaml(String yaml, ScalarResolver resolver) {
    this.resolver = resolver;
    this.text = new char[yaml.length() + 1]; // ends with END
    yaml.getChars(0, yaml.length(), text, 0);
  }

  /**
   * The root nodes of the documents.
   *
   * @param resolver tells the tags of plain scalars
   * @return null if anything in it is not in the plain form
   */
  static @Nullable List<YamlNode> parse(String yaml, ScalarResolver resolver) {
    if (yaml.length() > MAX_LENGTH) {
      return null;
    }
    PlainYaml plain = new PlainYaml(yaml, resolver);
    try {
      plain.checkCharacters();
      return plain.documents();
    } catch (GaveUp e) {
      return null;
    }
  }

  /** Each must be allowed in YAML, be a column wide, and mean to the library what it does here. */
  private void checkCharacters() throws GaveUp {
    for (int i = 0; i < text.length - 1; i++) {
      char c = text[i];
      boolean ascii = (c >= ' ' && c <= '~') || c == '\n';
      if (!ascii && (c < 0xA0 || c > 0xFFFD || c == BYTE_ORDER_MARK || Character.isSurrogate(c))) {
        throw new GaveUp();
      }
    }
  }

  private List<YamlNode> documents() throws GaveUp {
    List<YamlNode> documents = new ArrayList<>();
    if (toContent() != NO_MORE) {
      documents.add(document());
    }
    while (text[at] != END) {
      at += "---".length();
      endLine();
      documents.add(toContent() == NO_MORE ? empty(line, column()) : document());
    }
    return documents;
  }

  private YamlNode document() throws GaveUp {
    YamlNode root = blockNode();
    if (toContent() != NO_MORE) {
      throw new GaveUp();
    }
    return root;
  }

  /**
   * A node in block context that starts here; afterwards what follows is on another line. That it
   * is not indented deeper than what contains the node, as the rest of it would be, is for the
   * caller to see to.
   */
  private YamlNode blockNode() throws GaveUp {
    if (isEntry()) {
      return blockSequence(false);
    }
    if (isFlowStart()) {
      return inlineValue();
    }
    YamlNode scalar = scalar(false);
    if (text[at] == ':') {
      return blockMapping(scalar);
    }
    endLine();
    return scalar;
  }

  /** A flow collection or a scalar, up to the end of its line. */
  private YamlNode inlineValue() throws GaveUp {
    YamlNode value = isFlowStart() ? flowCollection() : scalar(false);
    endLine();
    return value;
  }

  /** Reads the rest of a mapping, from the colon of its first key on. */
  private YamlNode blockMapping(YamlNode firstKey) throws GaveUp {
    enter();
    int indentation = firstKey.column() - 1;
    int first = open;
    YamlNode key = firstKey;
    while (true) {
      takeColon(key, false);
      push(key);
      push(blockValue(indentation));
      int column = toContent();
      if (column < indentation) {
        break;
      }
      if (column > indentation || isEntry()) {
        throw new GaveUp();
      }
      key = scalar(false);
    }
    depth--;
    return YamlNode.mapping(Tag.MAP, popTo(first), firstKey.line(), firstKey.column());
  }

  /** The value after the colon of a key of a block mapping. */
  private YamlNode blockValue(int indentation) throws GaveUp {
    int afterColonLine = line;
    int afterColon = column();
    if (!isRestOfLineEmpty()) {
      if (isEntry()) {
        throw new GaveUp();
      }
      return inlineValue();
    }
    int column = toContent();
    if (column > indentation) {
      return blockNode();
    }
    return column == indentation && isEntry()
        ? blockSequence(true)
        : empty(afterColonLine, afterColon);
  }

  /**
   * Reads a sequence from its first hyphen on.
   *
   * @param indentless whether it is the value of a key in its own column
   */
  private YamlNode blockSequence(boolean indentless) throws GaveUp {
    enter();
    int startLine = line;
    int indentation = column();
    int first = open;
    int column = indentation;
    while (column == indentation && isEntry()) {
      at++;
      push(blockElement(indentation));
      column = toContent();
    }
    if (column > indentation || (column == indentation && !indentless)) {
      throw new GaveUp();
    }
    depth--;
    return YamlNode.list(Tag.SEQ, popTo(first), startLine + 1, indentation + 1);
  }

  /** The element after a hyphen. */
  private YamlNode blockElement(int indentation) throws GaveUp {
    int afterHyphenLine = line;
    int afterHyphen = column();
    if (!isRestOfLineEmpty()) {
      return blockNode();
    }
    return toContent() > indentation ? blockNode() : empty(afterHyphenLine, afterHyphen);
  }

  private YamlNode flowCollection() throws GaveUp {
    enter();
    YamlNode collection = text[at] == '[' ? flowSequence() : flowMapping();
    depth--;
    return collection;
  }

  private YamlNode flowSequence() throws GaveUp {
    int startLine = line;
    int start = column();
    int first = open;
    at++;
    toFlowContent();
    while (text[at] != ']') {
      push(flowValue());
      toNextFlowEntry(']');
    }
    at++;
    return YamlNode.list(Tag.SEQ, popTo(first), startLine + 1, start + 1);
  }

  private YamlNode flowMapping() throws GaveUp {
    int startLine = line;
    int start = column();
    int first = open;
    at++;
    toFlowContent();
    while (text[at] != '}') {
      YamlNode key = scalar(true);
      takeColon(key, true);
      toFlowContent();
      push(key);
      push(flowValue());
      toNextFlowEntry('}');
    }
    at++;
    return YamlNode.mapping(Tag.MAP, popTo(first), startLine + 1, start + 1);
  }

  /** Adds an element to the collection that is being read, the innermost. */
  private void push(YamlNode element) {
    if (open == elements.length) {
      elements = Arrays.copyOf(elements, 2 * open);
    }
    elements[open++] = element;
  }

  /** Takes away the elements of the innermost collection, which begin at this place. */
  private YamlNode[] popTo(int first) {
    YamlNode[] popped = Arrays.copyOfRange(elements, first, open);
    open = first;
    return popped;
  }

  private YamlNode flowValue() throws GaveUp {
    return isFlowStart() ? flowCollection() : scalar(true);
  }

  /** Passes over the comma after an entry, if there is one, and else stands at the closing one. */
  private void toNextFlowEntry(char closing) throws GaveUp {
    toFlowContent();
    if (text[at] == ',') {
      at++;
      toFlowContent();
    } else if (text[at] != closing) {
      throw new GaveUp();
    }
  }

  /** Passes over the colon after a key, which stands right behind it and before a blank. */
  private void takeColon(YamlNode key, boolean flow) throws GaveUp {
    int keyAt = lineStart + key.column() - 1;
    if (text[at] != ':' || at - keyAt > MAX_KEY_LENGTH) {
      throw new GaveUp();
    }
    at++;
    boolean likeJson = flow && (text[keyAt] == '"' || text[keyAt] == '\'');
    if (!likeJson && !isBlankOrEnd(text[at])) {
      throw new GaveUp();
    }
  }

  /** A scalar that starts and ends on this line; afterwards is at what stands after it. */
  private YamlNode scalar(boolean flow) throws GaveUp {
    return switch (text[at]) {
      case '\'' -> singleQuoted();
      case '"' -> doubleQuoted();
      default -> plain(flow);
    };
  }

  private YamlNode plain(boolean flow) throws GaveUp {
    if (!startsPlain()) {
      throw new GaveUp();
    }
    int from = at;
    int to = at; // after the last character that is no space
    int next = at;
    while (!endsPlain(next, to, flow)) {
      if (text[next] != ' ') {
        to = next + 1;
      }
      next++;
    }
    at = to;
    String value = word(from, to);
    return YamlNode.scalar(tagOf(value), value, line + 1, from - lineStart + 1);
  }

  /** The text from here to there; of the short ones that stand there often, the same object. */
  private String word(int from, int to) {
    int length = to - from;
    if (length > MAX_WORD_LENGTH) {
      return new String(text, from, length);
    }
    int hash = length;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text[i];
    }
    int place = (hash ^ (hash >>> 15)) & (words.length - 1);
    String known = words[place];
    if (known == null || !isWord(known, from, length)) {
      known = new String(text, from, length);
      words[place] = known;
    }
    return known;
  }

  private boolean isWord(String word, int from, int length) {
    if (word.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (word.charAt(i) != text[from + i]) {
        return false;
      }
    }
    return true;
  }

  private boolean startsPlain() {
    char c = text[at];
    if (isLetterOrDigit(c)) {
      return true;
    }
    char following = text[at] == END ? END : text[at + 1];
    return switch (c) {
      case '-', '+', '.' -> isLetterOrDigit(following) || (c != '.' && following == '.');
      case '/', '_', '~', '$', '(' -> true;
      default -> false;
    };
  }

  /**
   * Whether a plain scalar is at an end with this character; {@code to} is as in {@link #plain}.
   */
  private boolean endsPlain(int index, int to, boolean flow) {
    return switch (text[index]) {
      case '\n', END -> true;
      case '#' -> to != index;
      case ':' -> isBlankOrEnd(text[index + 1]) || (flow && isFlowIndicator(text[index + 1]));
      case ',', '[', ']', '{', '}' -> flow;
      default -> false;
    };
  }

  /** Text, unless the library's schema knows better. */
  private Tag tagOf(String value) {
    boolean text =
        switch (value.charAt(0)) {
          case 't', 'T' -> !value.equalsIgnoreCase("true");
          case 'n', 'N' -> !value.equalsIgnoreCase("null");
          case 'f', 'F' -> !value.equalsIgnoreCase("false");
          default -> isLetter(value.charAt(0));
        };
    if (text) {
      return Tag.STR;
    }
    return isDigits(value) ? Tag.INT : resolver.resolve(value, true);
  }

  private static boolean isDigits(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private YamlNode singleQuoted() throws GaveUp {
    int start = column();
    StringBuilder value = new StringBuilder();
    at++;
    while (text[at] != '\'' || text[at + 1] == '\'') {
      if (isLineEnd(text[at])) {
        throw new GaveUp();
      }
      value.append(text[at]);
      at += text[at] == '\'' ? 2 : 1;
    }
    at++;
    return YamlNode.scalar(Tag.STR, value.toString(), line + 1, start + 1);
  }

  private YamlNode doubleQuoted() throws GaveUp {
    int start = column();
    StringBuilder value = new StringBuilder();
    at++;
    while (text[at] != '"') {
      if (text[at] == '\\') {
        at++;
        if (text[at] != '"' && text[at] != '\\') {
          throw new GaveUp();
        }
      }
      if (isLineEnd(text[at])) {
        throw new GaveUp();
      }
      value.append(text[at]);
      at++;
    }
    at++;
    return YamlNode.scalar(Tag.STR, value.toString(), line + 1, start + 1);
  }

  /** What stands where nothing does. */
  private YamlNode empty(int line, int column) {
    return YamlNode.scalar(resolver.resolve("", true), "", line + 1, column + 1);
  }

  /**
   * Passes over empty lines and comments to what comes next in the document.
   *
   * @return its column; {@link #NO_MORE} at the end of the document or of the text
   */
  private int toContent() throws GaveUp {
    toFlowContent();
    if (text[at] == END || isDocumentStart()) {
      return NO_MORE;
    }
    return column();
  }

  /** Passes over spaces, line ends and comments. */
  private void toFlowContent() throws GaveUp {
    while (true) {
      while (text[at] == ' ') {
        at++;
      }
      if (text[at] == '#') {
        passComment();
      }
      if (text[at] != '\n') {
        return;
      }
      at++;
      line++;
      lineStart = at;
    }
  }

  private void passComment() throws GaveUp {
    if (at > lineStart && text[at - 1] != ' ') {
      throw new GaveUp();
    }
    while (!isLineEnd(text[at])) {
      at++;
    }
  }

  /** What starts with three hyphens and is no start of a document gives up. */
  private boolean isDocumentStart() throws GaveUp {
    boolean hyphens =
        column() == 0 && text[at] == '-' && text[at + 1] == '-' && text[at + 2] == '-';
    if (hyphens && !isBlankOrEnd(text[at + 3])) {
      throw new GaveUp();
    }
    return hyphens;
  }

  /** Passes over spaces; whether nothing but a comment follows on this line. */
  private boolean isRestOfLineEmpty() throws GaveUp {
    while (text[at] == ' ') {
      at++;
    }
    return isLineEnd(text[at]) || text[at] == '#';
  }

  /** Gives up unless nothing but a comment follows on this line. */
  private void endLine() throws GaveUp {
    if (!isRestOfLineEmpty()) {
      throw new GaveUp();
    }
    if (text[at] == '#') {
      passComment();
    }
  }

  private void enter() throws GaveUp {
    depth++;
    if (depth > YamlFile.MAX_DEPTH) {
      throw new GaveUp();
    }
  }

  private int column() {
    return at - lineStart;
  }

  private boolean isEntry() {
    return text[at] == '-' && isBlankOrEnd(text[at + 1]);
  }

  private boolean isFlowStart() {
    return text[at] == '[' || text[at] == '{';
  }

  private static boolean isFlowIndicator(char c) {
    return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
  }

  private static boolean isBlankOrEnd(char c) {
    return c == ' ' || isLineEnd(c);
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == END;
  }

  private static boolean isLetterOrDigit(char c) {
    return isLetter(c) || (c >= '0' && c <= '9');
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
