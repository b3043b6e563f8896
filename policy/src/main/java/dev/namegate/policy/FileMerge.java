// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.DocumentReader.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts what files say together, one after the other: of two objects of one name the later is
 * refused.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 */
final class FileMerge {
  private final Problems problems = new Problems();
  private final List<Resource> objects = new ArrayList<>();
  private final List<ConfigObject> configs = new ArrayList<>();
  private final List<ResourceId> refused = new ArrayList<>();
  private final Map<ResourceId, Position> seen = new HashMap<>();
  private final Set<String> unreadable = new LinkedHashSet<>();

  /** Takes problems of no file's content. */
  Problems problems() {
    return problems;
  }

  /** Says that not everything under this path is known. */
  void addUnreadable(String path) {
    unreadable.add(path);
  }

  void add(String file, FileContent content) {
    problems.addAll(content.problems());
    content.found().forEach(this::add);
    if (content.unreadable()) {
      unreadable.add(file);
    }
  }

  private void add(Found found) {
    Problems own = found.own();
    Position earlier = own.errors() == 0 ? seen.putIfAbsent(found.id(), found.position()) : null;
    if (earlier != null) {
      own = new Problems();
      own.addAll(found.own());
      own.error(
          found.position(),
          found.path(),
          found.id() + " is defined already, at " + earlier,
          "remove one, or give it another name");
    }
    if (own.errors() == 0 && found.object() != null) {
      objects.add(found.object());
    } else if (own.errors() == 0 && found.config() != null) {
      configs.add(found.config());
    } else {
      refused.add(found.id());
    }
    problems.addOfObject(own);
  }

  ReadResult result() {
    return new ReadResult(
        new Resources(objects, configs),
        problems.sorted(),
        List.copyOf(refused),
        List.copyOf(unreadable));
  }
}
