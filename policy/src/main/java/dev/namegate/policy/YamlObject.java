// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML mapping that knows which of its keys were asked for, so that what nobody understood is
 * reported and never passed over.
 *
 * <p>Ask for each key that is known here, then call {@link #finish}. A key that is absent, or whose
 * value is empty, has the fallback.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 *
 * <p><b>Errors:</b> a value of the wrong form is reported with its place and what would be right,
 * and the fallback is returned; compare {@link Problems#errors()} before and after.
 */
public final class YamlObject {
  /** So many keys and more are found by their hashes, fewer by looking at each. */
  private static final int MANY_KEYS = 24;

  private final YamlNode node;
  private final String file;
  private final FieldPath path;
  private final Problems problems;

  /** In the order in which they were written. */
  private final List<Entry> entries;

  /** The same by their keys, if there are many; else null. */
  private final @Nullable Map<String, Entry> index;

  /** The keys that were asked for, in that order; those that are not there perhaps repeatedly. */
  private final List<String> asked = new ArrayList<>(16);

  private boolean keyCaseIgnored;

  private static final class Entry {
    final YamlNode key;
    final YamlValue value;

    /** As it is called now, whatever it was written as. */
    String name;

    /** Whether the key that it has now was asked for. */
    boolean asked;

    Entry(YamlNode key, YamlValue value) {
      this.key = key;
      this.value = value;
      this.name = key.text();
    }

    YamlValue value() {
      return value;
    }
  }

  YamlObject(YamlNode node, String file, String path, Problems problems) {
    this(node, file, FieldPath.of(path), problems);
  }

  YamlObject(YamlNode node, String file, FieldPath path, Problems problems) {
    this.node = node;
    this.file = file;
    this.path = path;
    this.problems = problems;
    int size = node.size();
    entries = new ArrayList<>(size);
    index = size < MANY_KEYS ? null : new HashMap<>(2 * size);
    for (int i = 0; i < size; i++) {
      addEntry(node.key(i), node.value(i));
    }
  }

  private void addEntry(YamlNode key, YamlNode value) {
    if (!key.isScalar(Tag.STR)) {
      problems.error(positionOf(key), path(), "has a key that is not text", "quote it");
      return;
    }
    Entry earlier = find(key.text());
    if (earlier == null) {
      add(new Entry(key, new YamlValue(value, file, path.key(key.text()), problems)));
    } else {
      problems.error(
          positionOf(key),
          child(key.text()),
          "is there twice, first at line " + positionOf(earlier.key).line(),
          "keep one of the two");
    }
  }

  private void add(Entry entry) {
    entries.add(entry);
    if (index != null) {
      index.put(entry.name, entry);
    }
  }

  private void remove(Entry entry) {
    entries.remove(entry);
    if (index != null) {
      index.remove(entry.name);
    }
  }

  private @Nullable Entry find(String key) {
    if (index != null) {
      return index.get(key);
    }
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).name.equals(key)) {
        return entries.get(i);
      }
    }
    return null;
  }

  private Position positionOf(YamlNode written) {
    return written.position(file);
  }

  /** The same mapping, not read yet, with a path of its own, reporting to these problems. */
  YamlObject rooted(String newPath, Problems reportTo) {
    return new YamlObject(node, file, newPath, reportTo);
  }

  /** The same mapping, not read yet, reporting to these problems. */
  public YamlObject reportTo(Problems reportTo) {
    return new YamlObject(node, file, path, reportTo);
  }

  /** An empty mapping at the place of this one, for a key that is absent. */
  YamlObject emptyChild(String key) {
    return new YamlObject(node.emptyMapping(), file, path.key(key), problems);
  }

  public Position position() {
    return positionOf(node);
  }

  public String path() {
    return path.toString();
  }

  public Problems problems() {
    return problems;
  }

  private String child(String key) {
    return path.key(key).toString();
  }

  /** From here on a key may also be spelt with letters of the other case. */
  public YamlObject ignoreKeyCase() {
    keyCaseIgnored = true;
    return this;
  }

  /** Accepts these spellings of a key; more than one of them present is an error. */
  public YamlObject alias(String key, String... others) {
    for (String other : others) {
      Entry entry = find(other);
      if (entry != null) {
        remove(entry);
        if (find(key) == null) {
          entry.asked = false;
          entry.name = key;
          add(entry);
        } else {
          reportBoth(entry, other, key);
        }
      }
    }
    return this;
  }

  private void reportBoth(Entry entry, String spelling, String key) {
    problems.error(
        positionOf(entry.key),
        child(spelling),
        "is another spelling of \"" + key + "\", which is there too",
        "keep one of the two");
  }

  private @Nullable Entry entry(String key) {
    if (keyCaseIgnored) {
      List<String> spellings =
          entries.stream()
              .map(entry -> entry.name)
              .filter(other -> other.equalsIgnoreCase(key) && !other.equals(key))
              .toList();
      alias(key, spellings.toArray(String[]::new));
    }
    Entry entry = find(key);
    noteAsked(key, entry);
    return entry;
  }

  private void noteAsked(String key, @Nullable Entry entry) {
    if (entry == null) {
      asked.add(key);
    } else if (!entry.asked) {
      entry.asked = true;
      asked.add(key);
    }
  }

  /** Whether the key is there, with a value or without. */
  public boolean has(String key) {
    return entry(key) != null;
  }

  /** Whether the key is there and its value is nothing, or an empty list, mapping or text. */
  boolean isEmpty(String key) {
    Entry entry = entry(key);
    return entry != null && entry.value().isEmpty();
  }

  boolean isNull(String key) {
    Entry entry = entry(key);
    return entry != null && entry.value().isNull();
  }

  /** The keys whose value is not what an absent one stands for: not empty, and not false. */
  List<String> keysThatSaySomething() {
    return entries.stream()
        .filter(entry -> !entry.value().isEmpty() && !entry.value().isFalse())
        .map(entry -> entry.name)
        .toList();
  }

  /** The keys that are there, as written. */
  public List<String> keys() {
    return entries.stream().map(entry -> entry.name).toList();
  }

  /** Says that the key is known and that its value means nothing here. */
  public void ignore(String... keys) {
    for (String key : keys) {
      noteAsked(key, find(key));
    }
  }

  /** The value of a key; null if there is none. */
  public @Nullable YamlValue value(String key) {
    Entry entry = entry(key);
    return entry == null || entry.value().isNull() ? null : entry.value();
  }

  public @Nullable String string(String key) {
    YamlValue value = value(key);
    return value == null ? null : value.asString();
  }

  public String string(String key, String fallback) {
    String value = string(key);
    return value == null ? fallback : value;
  }

  /** The text of a key that has to be there; the empty text, and a problem, if it is not. */
  public String requiredString(String key) {
    if (value(key) == null || isEmpty(key)) {
      error(key, "is missing", "add \"" + key + ": …\"");
      return "";
    }
    return string(key, "");
  }

  public int integer(String key, int min, int max, int fallback) {
    YamlValue value = value(key);
    return value == null ? fallback : value.asInteger(min, max).orElse(fallback);
  }

  public double number(String key, double fallback) {
    YamlValue value = value(key);
    return value == null ? fallback : value.asNumber().orElse(fallback);
  }

  public boolean bool(String key, boolean fallback) {
    YamlValue value = value(key);
    Boolean bool = value == null ? null : value.asBool();
    return bool == null ? fallback : bool;
  }

  public Duration duration(String key, Duration fallback) {
    YamlValue value = value(key);
    Duration duration = value == null ? null : value.asDuration();
    return duration == null ? fallback : duration;
  }

  /** One of these words, spelt exactly so; returns what the word stands for. */
  public <T> T choice(String key, T fallback, Map<String, T> words) {
    YamlValue value = value(key);
    String word = value == null ? null : value.asString();
    if (value == null || word == null) {
      return fallback;
    }
    T meaning = words.get(word);
    if (meaning == null) {
      value.error(
          "\"" + word + "\" is unknown", Spelling.suggest(word, new TreeSet<>(words.keySet())));
      return fallback;
    }
    return meaning;
  }

  /** The elements of a list; none if the key is absent. */
  public List<YamlValue> values(String key) {
    YamlValue value = value(key);
    return value == null ? List.of() : value.elements();
  }

  /** How many elements the list under a key has; 0 if it is none. */
  int count(String key) {
    Entry entry = entry(key);
    return entry != null && entry.value().node().isList() ? entry.value().node().size() : 0;
  }

  /** The elements of a list of texts, but for those that are none, which are reported. */
  public List<String> strings(String key) {
    List<String> strings = new ArrayList<>();
    for (YamlValue value : values(key)) {
      String string = value.asString();
      if (string != null) {
        strings.add(string);
      }
    }
    return strings;
  }

  public @Nullable YamlObject object(String key) {
    YamlValue value = value(key);
    return value == null ? null : value.asObject();
  }

  /** The elements of a list of mappings, but for those that are none, which are reported. */
  public List<YamlObject> objects(String key) {
    List<YamlObject> objects = new ArrayList<>();
    for (YamlValue value : values(key)) {
      YamlObject object = value.asObject();
      if (object != null) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** A mapping of texts, whatever its keys are. */
  public Map<String, String> stringMap(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    YamlObject object = object(key);
    if (object != null) {
      for (Entry entry : object.entries) {
        String value = entry.value().asString();
        if (value != null) {
          map.put(entry.name, value);
        }
      }
    }
    return map;
  }

  /** Reports an error at the key's value; at this mapping if the key is absent. */
  public void error(String key, String message, String suggestion) {
    problems.error(positionOf(key), child(key), message, suggestion);
  }

  /** Reports a warning at the key's value; at this mapping if the key is absent. */
  public void warning(String key, String message, String suggestion) {
    problems.warning(positionOf(key), child(key), message, suggestion);
  }

  /** Says at the key's value what of it is not enforced; at this mapping if the key is absent. */
  void notice(String key, String message, String suggestion) {
    problems.notice(positionOf(key), child(key), message, suggestion);
  }

  /** Reports an error of this mapping as a whole. */
  void problemHere(String message, String suggestion) {
    problems.error(position(), path(), message, suggestion);
  }

  private Position positionOf(String key) {
    Entry entry = entry(key);
    return entry == null ? position() : entry.value().position();
  }

  /** Reports every key that nobody asked for. */
  public void finish() {
    boolean allAsked = true;
    for (Entry entry : entries) {
      allAsked &= entry.asked;
    }
    if (allAsked) {
      return;
    }
    Set<String> known = new LinkedHashSet<>(asked);
    for (Entry entry : entries) {
      if (!known.contains(entry.name)) {
        problems.error(
            positionOf(entry.key),
            child(entry.name),
            "unknown field",
            Spelling.suggest(entry.name, known));
      }
    }
  }
}
