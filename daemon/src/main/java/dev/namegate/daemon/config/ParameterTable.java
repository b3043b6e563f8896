// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which parameters there are.
 *
 * @param word what people call one of them
 * @param parameters those that are read
 * @param others known elsewhere, and without effect here; a name that ends with {@code *} stands
 *     for all that begin so
 * @param othersYet as {@code others}, but they will have one
 */
record ParameterTable(
    String word, List<Parameter<?>> parameters, Set<String> others, Set<String> othersYet) {

  boolean isKnown(String name) {
    return parameters.stream().anyMatch(each -> each.name().equalsIgnoreCase(name));
  }

  boolean isWithoutEffect(String name) {
    return !isKnown(name) && !contains(othersYet, name) && contains(others, name);
  }

  boolean isWithoutEffectYet(String name) {
    return !isKnown(name) && contains(othersYet, name);
  }

  private static boolean contains(Set<String> patterns, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return patterns.stream()
        .map(pattern -> pattern.toLowerCase(Locale.ROOT))
        .anyMatch(
            pattern ->
                pattern.endsWith("*")
                    ? lower.startsWith(pattern.substring(0, pattern.length() - 1))
                    : lower.equals(pattern));
  }

  /** All names, for suggestions. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    parameters.forEach(parameter -> names.add(parameter.name()));
    others.stream().filter(name -> !name.endsWith("*")).forEach(names::add);
    othersYet.stream().filter(name -> !name.endsWith("*")).forEach(names::add);
    return names;
  }
}
