// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.YamlObject;
import dev.namegate.policy.YamlValue;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Labels with their values; only objects have them. */
final class LabelsType implements ValueType<Map<String, String>> {
  @Override
  public Map<String, String> parse(String text) throws BadValueException {
    throw new BadValueException("labels are not written as text", "an object");
  }

  @Override
  public @Nullable Map<String, String> read(YamlValue value) {
    YamlObject object = value.asObject();
    if (object == null) {
      return null;
    }
    Map<String, String> labels = new TreeMap<>();
    for (String label : object.keys()) {
      labels.put(label, object.string(label, ""));
    }
    return Collections.unmodifiableMap(labels);
  }

  @Override
  public String show(Map<String, String> value) {
    return value.entrySet().stream()
        .map(label -> label.getKey() + ": " + label.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
