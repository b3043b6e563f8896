// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/**
 * Reads the plain form of YAML, in which nearly all resources are written, to the nodes that the
 * library makes of it; gives up on everything else, which is then the library's to read, or to
 * refuse.
 *
 * <p>The plain form: documents after {@code ---}; block mappings and sequences, a sequence also at
 * the indentation of its key; flow mappings and sequences, over several lines as well; scalars on
 * one line, plain or quoted, with no escapes but those of a quote and a backslash; comments. Tabs
 * and carriage returns give up, and so does whatever is odd: this never says that a file is wrong.
 *
 * <p>The nodes have the library's tags, texts, styles and places. They have no ends, which nobody
 * asks for.
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

  private static final String MARK_NAME = "plain";
  private static final int[] NO_SNIPPET = {};

  /** After the last character; the text itself has none. */
  private static final char END = '\0';

  private static final char BYTE_ORDER_MARK = 0xFEFF;

  private final ScalarResolver resolver;
  private final char[] text;
  private int at;
  private int line;
  private int lineStart;
  private int depth;

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
  static @Nullable List<Node> parse(String yaml, ScalarResolver resolver) {
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

  private List<Node> documents() throws GaveUp {
    List<Node> documents = new ArrayList<>();
    if (toContent() != NO_MORE) {
      documents.add(document());
    }
    while (text[at] != END) {
      at += "---".length();
      endLine();
      documents.add(toContent() == NO_MORE ? empty(mark()) : document());
    }
    return documents;
  }

  private Node document() throws GaveUp {
    Node root = blockNode();
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
  private Node blockNode() throws GaveUp {
    if (isEntry()) {
      return blockSequence(false);
    }
    if (isFlowStart()) {
      return inlineValue();
    }
    ScalarNode scalar = scalar(false);
    if (text[at] == ':') {
      return blockMapping(scalar);
    }
    endLine();
    return scalar;
  }

  /** A flow collection or a scalar, up to the end of its line. */
  private Node inlineValue() throws GaveUp {
    Node value = isFlowStart() ? flowCollection() : scalar(false);
    endLine();
    return value;
  }

  /** Reads the rest of a mapping, from the colon of its first key on. */
  private MappingNode blockMapping(ScalarNode firstKey) throws GaveUp {
    enter();
    int indentation = columnOf(firstKey);
    List<NodeTuple> entries = new ArrayList<>();
    ScalarNode key = firstKey;
    while (true) {
      takeColon(key, false);
      entries.add(new NodeTuple(key, blockValue(indentation)));
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
    return new MappingNode(
        Tag.MAP, true, entries, FlowStyle.BLOCK, firstKey.getStartMark(), Optional.empty());
  }

  /** The value after the colon of a key of a block mapping. */
  private Node blockValue(int indentation) throws GaveUp {
    Optional<Mark> afterColon = mark();
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
    return column == indentation && isEntry() ? blockSequence(true) : empty(afterColon);
  }

  /**
   * Reads a sequence from its first hyphen on.
   *
   * @param indentless whether it is the value of a key in its own column
   */
  private SequenceNode blockSequence(boolean indentless) throws GaveUp {
    enter();
    Optional<Mark> start = mark();
    int indentation = column();
    List<Node> elements = new ArrayList<>();
    int column = indentation;
    while (column == indentation && isEntry()) {
      at++;
      elements.add(blockElement(indentation));
      column = toContent();
    }
    if (column > indentation || (column == indentation && !indentless)) {
      throw new GaveUp();
    }
    depth--;
    return new SequenceNode(Tag.SEQ, true, elements, FlowStyle.BLOCK, start, Optional.empty());
  }

  /** The element after a hyphen. */
  private Node blockElement(int indentation) throws GaveUp {
    Optional<Mark> afterHyphen = mark();
    if (!isRestOfLineEmpty()) {
      return blockNode();
    }
    return toContent() > indentation ? blockNode() : empty(afterHyphen);
  }

  private Node flowCollection() throws GaveUp {
    enter();
    Node collection = text[at] == '[' ? flowSequence() : flowMapping();
    depth--;
    return collection;
  }

  private SequenceNode flowSequence() throws GaveUp {
    Optional<Mark> start = mark();
    List<Node> elements = new ArrayList<>();
    at++;
    toFlowContent();
    while (text[at] != ']') {
      elements.add(flowValue());
      toNextFlowEntry(']');
    }
    at++;
    return new SequenceNode(Tag.SEQ, true, elements, FlowStyle.FLOW, start, Optional.empty());
  }

  private MappingNode flowMapping() throws GaveUp {
    Optional<Mark> start = mark();
    List<NodeTuple> entries = new ArrayList<>();
    at++;
    toFlowContent();
    while (text[at] != '}') {
      ScalarNode key = scalar(true);
      takeColon(key, true);
      toFlowContent();
      entries.add(new NodeTuple(key, flowValue()));
      toNextFlowEntry('}');
    }
    at++;
    return new MappingNode(Tag.MAP, true, entries, FlowStyle.FLOW, start, Optional.empty());
  }

  private Node flowValue() throws GaveUp {
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
  private void takeColon(ScalarNode key, boolean flow) throws GaveUp {
    if (text[at] != ':' || column() - columnOf(key) > MAX_KEY_LENGTH) {
      throw new GaveUp();
    }
    at++;
    boolean likeJson = flow && key.getScalarStyle() != ScalarStyle.PLAIN;
    if (!likeJson && !isBlankOrEnd(text[at])) {
      throw new GaveUp();
    }
  }

  /** A scalar that starts and ends on this line; afterwards is at what stands after it. */
  private ScalarNode scalar(boolean flow) throws GaveUp {
    return switch (text[at]) {
      case '\'' -> singleQuoted();
      case '"' -> doubleQuoted();
      default -> plain(flow);
    };
  }

  private ScalarNode plain(boolean flow) throws GaveUp {
    if (!startsPlain()) {
      throw new GaveUp();
    }
    Optional<Mark> start = mark();
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
    String value = new String(text, from, to - from);
    return new ScalarNode(tagOf(value), true, value, ScalarStyle.PLAIN, start, Optional.empty());
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
    int length = value.length();
    boolean text =
        switch (value.charAt(0)) {
          case 't', 'T', 'n', 'N' -> length != 4; // true, null
          case 'f', 'F' -> length != 5; // false
          default -> isLetter(value.charAt(0));
        };
    return text ? Tag.STR : resolver.resolve(value, true);
  }

  private ScalarNode singleQuoted() throws GaveUp {
    Optional<Mark> start = mark();
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
    return quoted(value, ScalarStyle.SINGLE_QUOTED, start);
  }

  private ScalarNode doubleQuoted() throws GaveUp {
    Optional<Mark> start = mark();
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
    return quoted(value, ScalarStyle.DOUBLE_QUOTED, start);
  }

  private static ScalarNode quoted(StringBuilder value, ScalarStyle style, Optional<Mark> start) {
    return new ScalarNode(Tag.STR, true, value.toString(), style, start, Optional.empty());
  }

  /** What stands where nothing does. */
  private ScalarNode empty(Optional<Mark> where) {
    return new ScalarNode(
        resolver.resolve("", true), true, "", ScalarStyle.PLAIN, where, Optional.empty());
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

  private static int columnOf(Node node) {
    return node.getStartMark().orElseThrow().getColumn();
  }

  private Optional<Mark> mark() {
    return Optional.of(new Mark(MARK_NAME, at, line, column(), NO_SNIPPET, 0));
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
