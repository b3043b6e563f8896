// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, from one reading of the files to the next, the last valid version of each object, so
 * that a mistake in an edit does not take an object out of force.
 *
 * <p>An object stays as it was last valid while it is refused, and while the file that it came from
 * cannot be read. One that is gone from files that can be read is gone.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 */
public final class LastValid {
  private Map<ResourceId, Version> versions = Map.of();

  /** One of the two is null. */
  private record Version(
      @Nullable Resource object, @Nullable ConfigObject config, Position position) {}

  /**
   * What is in force.
   *
   * @param problems those of the reading, and a warning for each object that was kept
   * @param kept the objects that are in force as an earlier reading found them
   */
  public record Merged(Resources resources, List<Problem> problems, List<ResourceId> kept) {}

  /** Nothing was valid before. */
  public LastValid() {}

  /** Adds what has to stay to what was read now, and remembers the whole for the next time. */
  public Merged merge(ReadResult now) {
    Map<ResourceId, Version> merged = versionsOf(now.resources());
    Set<ResourceId> refused = new HashSet<>(now.refused());
    List<Path> unreadable = now.unreadableFiles().stream().map(Path::of).toList();
    List<ResourceId> kept = new ArrayList<>();
    Problems problems = new Problems();
    now.problems().forEach(problems::add);
    versions.forEach(
        (id, version) -> {
          boolean lost = refused.contains(id) || isUnder(version.position().file(), unreadable);
          if (lost && merged.putIfAbsent(id, version) == null) {
            kept.add(id);
            report(id, version.position(), refused.contains(id), now.problems(), problems);
          }
        });
    versions = merged;
    return new Merged(
        kept.isEmpty() ? now.resources() : resources(merged), problems.sorted(), List.copyOf(kept));
  }

  private static Map<ResourceId, Version> versionsOf(Resources resources) {
    Map<ResourceId, Version> versions = new LinkedHashMap<>();
    for (Resource object : resources.all(Resource.class)) {
      versions.put(object.id(), new Version(object, null, object.metadata().position()));
    }
    for (ConfigObject config : resources.configs()) {
      versions.put(config.id(), new Version(null, config, config.position()));
    }
    return versions;
  }

  private static Resources resources(Map<ResourceId, Version> versions) {
    List<Resource> objects = new ArrayList<>();
    List<ConfigObject> configs = new ArrayList<>();
    for (Version version : versions.values()) {
      if (version.object() != null) {
        objects.add(version.object());
      }
      if (version.config() != null) {
        configs.add(version.config());
      }
    }
    return new Resources(objects, configs);
  }

  private static boolean isUnder(String file, List<Path> filesOrDirectories) {
    Path path = Path.of(file);
    return filesOrDirectories.stream().anyMatch(path::startsWith);
  }

  private static void report(
      ResourceId id, Position last, boolean refused, List<Problem> found, Problems problems) {
    Position at =
        found.stream()
            .filter(problem -> problem.severity() == Severity.ERROR)
            .filter(problem -> problem.path().startsWith(id.toString()))
            .map(Problem::position)
            .findFirst()
            .orElse(Position.ofFile(last.file()));
    problems.warning(
        at,
        id.toString(),
        "its last valid version, from " + last.file() + ":" + last.line() + ", stays in force",
        refused ? "correct the errors of the object" : "correct the errors of the file");
  }
}
