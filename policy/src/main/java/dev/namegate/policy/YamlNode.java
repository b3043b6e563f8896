// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value as it was written: a text, a list or a mapping, with its tag and its place. It is a
 * fraction of the library's node and what belongs to that: a reload makes hundreds of thousands.
 *
 * <p><b>Threading:</b> immutable, once its elements are filled in by whoever made it.
 *
 * <p><b>Ownership:</b> takes the array of its elements over.
 */
final class YamlNode {
  private static final YamlNode[] NONE = {};

  private final Kind kind;
  private final Tag tag;
  private final String text;

  /** Elements of a list; keys and values of a mapping in turn. */
  private final YamlNode[] elements;

  private final int line;
  private final int column;

  private enum Kind {
    SCALAR,
    LIST,
    MAPPING
  }

  private YamlNode(Kind kind, Tag tag, String text, YamlNode[] elements, int line, int column) {
    this.kind = kind;
    this.tag = tag;
    this.text = text;
    this.elements = elements;
    this.line = line;
    this.column = column;
  }

  /** A scalar; line and column count from 1, and are 0 where nobody knows them. */
  static YamlNode scalar(Tag tag, String text, int line, int column) {
    return new YamlNode(Kind.SCALAR, tag, text, NONE, line, column);
  }

  /** A list of these elements. */
  static YamlNode list(Tag tag, YamlNode[] elements, int line, int column) {
    return new YamlNode(Kind.LIST, tag, "", elements, line, column);
  }

  /** A mapping of these entries, each a key and then its value. */
  static YamlNode mapping(Tag tag, YamlNode[] entries, int line, int column) {
    return new YamlNode(Kind.MAPPING, tag, "", entries, line, column);
  }

  /** A mapping at the same place that has nothing in it. */
  YamlNode emptyMapping() {
    return mapping(Tag.MAP, NONE, line, column);
  }

  boolean isScalar() {
    return kind == Kind.SCALAR;
  }

  boolean isList() {
    return kind == Kind.LIST;
  }

  boolean isMapping() {
    return kind == Kind.MAPPING;
  }

  /** Whether it is a scalar with this tag. */
  boolean isScalar(Tag wanted) {
    return kind == Kind.SCALAR && hasTag(wanted);
  }

  boolean hasTag(Tag wanted) {
    return tag.equals(wanted);
  }

  Tag tag() {
    return tag;
  }

  /** The text of a scalar, quotes taken away; of anything else the empty one. */
  String text() {
    return text;
  }

  /** How many elements or entries it has; a scalar has none. */
  int size() {
    return kind == Kind.MAPPING ? elements.length / 2 : elements.length;
  }

  /** An element of a list. */
  YamlNode element(int at) {
    return elements[at];
  }

  /** The key of an entry of a mapping. */
  YamlNode key(int at) {
    return elements[2 * at];
  }

  /** The value of an entry of a mapping. */
  YamlNode value(int at) {
    return elements[2 * at + 1];
  }

  /** What the first entry of a mapping with this key leads to is, if it is text; else nothing. */
  String textOf(String key) {
    int at = indexOf(key);
    return at >= 0 && value(at).isScalar(Tag.STR) ? value(at).text : "";
  }

  /** The same, of a mapping that this mapping has under a key. */
  String textOf(String key, String inner) {
    int at = indexOf(key);
    return at >= 0 && value(at).isMapping() && value(at).hasTag(Tag.MAP)
        ? value(at).textOf(inner)
        : "";
  }

  private int indexOf(String key) {
    for (int i = 0; i < size(); i++) {
      if (key(i).isScalar(Tag.STR) && key(i).text.equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /** From 1; 0 where nobody knows it. */
  int line() {
    return line;
  }

  /** From 1; 0 where nobody knows it. */
  int column() {
    return column;
  }

  Position position(String file) {
    return new Position(file, line, column);
  }
}
