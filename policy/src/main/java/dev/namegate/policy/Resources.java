// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;

/**
 * The valid objects of all files.
 *
 * <p><b>Threading:</b> immutable, but for the specifications of {@link #configs}.
 */
public final class Resources {
  public static final Resources EMPTY = new Resources(List.of(), List.of());

  private final List<Resource> objects;
  private final List<ConfigObject> configs;

  Resources(List<Resource> objects, List<ConfigObject> configs) {
    this.objects = List.copyOf(objects);
    this.configs = List.copyOf(configs);
  }

  /** The objects of kinds FelixConfiguration and NamegateConfiguration. */
  public List<ConfigObject> configs() {
    return configs;
  }

  /** How many objects there are. */
  public int size() {
    return objects.size() + configs.size();
  }

  <T extends Resource> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
