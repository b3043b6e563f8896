// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Spelling;
import dev.namegate.policy.YamlValue;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of a few words. Objects must spell it so; in the environment and the file, case does not
 * count.
 */
final class ChoiceType<T> implements ValueType<T> {
  private final Map<String, T> words;
  private final Map<String, String> refused;

  private ChoiceType(Map<String, T> words, Map<String, String> refused) {
    this.words = words;
    this.refused = refused;
  }

  static <T> ChoiceType<T> of(Map<String, T> words) {
    return new ChoiceType<>(words, Map.of());
  }

  /** These words, which mean something to Calico, are refused; the map has the reason of each. */
  ChoiceType<T> refusing(Map<String, String> reasons) {
    return new ChoiceType<>(words, reasons);
  }

  @Override
  public T parse(String text) throws BadValueException {
    return find(text, true);
  }

  private T find(String text, boolean caseIgnored) throws BadValueException {
    for (Map.Entry<String, T> word : words.entrySet()) {
      if (isSame(word.getKey(), text, caseIgnored)) {
        return word.getValue();
      }
    }
    for (Map.Entry<String, String> word : refused.entrySet()) {
      if (isSame(word.getKey(), text, caseIgnored)) {
        throw new BadValueException("\"" + text + "\" " + word.getValue(), list(words));
      }
    }
    Map<String, Object> all = new LinkedHashMap<>(words);
    all.putAll(refused);
    throw new BadValueException(
        "\"" + text + "\" is unknown",
        Spelling.closest(text, all.keySet())
            .map(word -> "did you mean \"" + word + "\"?")
            .orElse(list(all)));
  }

  private static boolean isSame(String word, String text, boolean caseIgnored) {
    return caseIgnored ? word.equalsIgnoreCase(text) : word.equals(text);
  }

  private static String list(Map<String, ?> words) {
    return "write "
        + String.join(" or ", words.keySet().stream().sorted(Comparator.naturalOrder()).toList());
  }

  @Override
  public @Nullable T read(YamlValue value) {
    String text = value.asString();
    if (text == null) {
      return null;
    }
    try {
      return find(text, false);
    } catch (BadValueException e) {
      value.error(e.what(), e.suggestion());
      return null;
    }
  }

  @Override
  public String show(T value) {
    return words.entrySet().stream()
        .filter(word -> word.getValue().equals(value))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElseThrow();
  }
}
