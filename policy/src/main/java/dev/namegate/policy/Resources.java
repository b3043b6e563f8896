// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

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

  /** The nodes that endpoints name, sorted. */
  public SortedSet<String> nodes() {
    SortedSet<String> nodes = new TreeSet<>();
    all(Resource.WorkloadEndpoint.class).forEach(endpoint -> nodes.add(endpoint.node()));
    all(Resource.HostEndpoint.class).forEach(endpoint -> nodes.add(endpoint.node()));
    return nodes;
  }

  /**
   * How these differ from what there was before; objects for the daemon's configuration left out.
   */
  public Changes since(Resources before) {
    Map<ResourceId, Resource> old = before.byId();
    List<ResourceId> added = new ArrayList<>();
    List<ResourceId> changed = new ArrayList<>();
    byId()
        .forEach(
            (id, object) -> {
              Resource earlier = old.remove(id);
              if (earlier == null) {
                added.add(id);
              } else if (!Objects.equals(
                  earlier, object)) { // which asks first whether they are one
                changed.add(id);
              }
            });
    return new Changes(added, changed, List.copyOf(old.keySet()));
  }

  private Map<ResourceId, Resource> byId() {
    Map<ResourceId, Resource> byId = new LinkedHashMap<>();
    objects.forEach(object -> byId.put(object.id(), object));
    return byId;
  }

  /**
   * The difference between two versions of the resources.
   *
   * @param changed those that read otherwise now, or stand elsewhere in their file
   */
  public record Changes(
      List<ResourceId> added, List<ResourceId> changed, List<ResourceId> removed) {
    /** Keeps copies. */
    public Changes {
      added = List.copyOf(added);
      changed = List.copyOf(changed);
      removed = List.copyOf(removed);
    }

    /** Whether the versions are the same. */
    public boolean isNone() {
      return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    /** Such as {@code added=2 changed=0 removed=1}. */
    @Override
    public String toString() {
      return "added=" + added.size() + " changed=" + changed.size() + " removed=" + removed.size();
    }
  }

  <T extends Resource> List<T> all(Class<T> type) {
    List<T> all = new ArrayList<>();
    for (Resource object : objects) {
      if (type.isInstance(object)) {
        all.add(type.cast(object));
      }
    }
    return all;
  }
}
