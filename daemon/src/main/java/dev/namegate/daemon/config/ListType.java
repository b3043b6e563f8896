// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A list; as text its elements stand between commas, and {@code none} or {@code []} is empty.
 *
 * @param textForm how the environment and the file write it
 */
record ListType<E>(ValueType<E> element, String textForm) implements ValueType<List<E>> {
  @Override
  public List<E> parse(String text) throws BadValueException {
    if (text.equalsIgnoreCase("none") || text.equals("[]")) {
      return List.of();
    }
    List<E> elements = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      elements.add(element.parse(part.strip()));
    }
    return List.copyOf(elements);
  }

  @Override
  public List<E> read(YamlValue value) {
    List<E> elements = new ArrayList<>();
    for (YamlValue each : value.elements()) {
      E read = element.read(each);
      if (read != null) {
        elements.add(read);
      }
    }
    return List.copyOf(elements);
  }

  @Override
  public String show(List<E> value) {
    return value.isEmpty()
        ? "[]"
        : value.stream().map(element::show).collect(Collectors.joining(", "));
  }
}
