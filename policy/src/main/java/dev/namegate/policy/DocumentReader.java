// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of one file to objects: finds the reader of the kind, keeps the object if no
 * error was met in it, and else its name.
 *
 * <p><b>Threading:</b> confined to the thread that reads.
 */
final class DocumentReader {
  private static final FieldPath NO_PATH = FieldPath.of("");

  private final Problems problems;
  private final List<Found> found = new ArrayList<>();

  /**
   * An object as it stands in its file, whatever other files say.
   *
   * @param object null if it is a {@code config}, or no object for an error of its own
   * @param config null if it is an {@code object}, or no object for an error of its own
   * @param path what its problems call it
   * @param own its problems
   */
  record Found(
      ResourceId id,
      @Nullable Resource object,
      @Nullable ConfigObject config,
      Position position,
      String path,
      Problems own) {}

  /**
   * A reader for one file.
   *
   * @param problems takes what belongs to no object
   */
  DocumentReader(Problems problems) {
    this.problems = problems;
  }

  /** The objects so far, in the order in which they were written. */
  List<Found> found() {
    return List.copyOf(found);
  }

  /**
   * Reads one document; one that is empty is nothing.
   *
   * @return whether all objects in it are among those found; false if who one of them is cannot be
   *     told
   */
  boolean read(String file, YamlNode root) {
    YamlValue value = new YamlValue(root, file, NO_PATH, problems);
    if (value.isNull()) {
      return true;
    }
    if (!root.isMapping()) {
      value.asObject(); // says what is due
      return false;
    }
    // Looks at what the object is before it is read, because its problems name it.
    String apiVersion = root.textOf("apiVersion");
    String kind = root.textOf("kind");
    if (isList(kind)) {
      return readList(file, new YamlObject(root, file, kind, problems));
    }
    ResourceId id =
        new ResourceId(
            Kinds.shownAs(apiVersion, kind),
            root.textOf("metadata", "namespace"),
            root.textOf("metadata", "name"));
    String path = id.name().isEmpty() ? id.kind() : id.toString();
    Problems own = new Problems();
    return readObject(apiVersion, kind, id, new YamlObject(root, file, path, own));
  }

  private static boolean isList(String kind) {
    return kind.equals("List")
        || (kind.endsWith("List")
            && !Kinds.apiVersionsOf(kind.substring(0, kind.length() - "List".length())).isEmpty());
  }

  private boolean readList(String file, YamlObject list) {
    list.ignore("apiVersion", "kind", "metadata");
    boolean allTold = list.has("items");
    if (!allTold) {
      list.error("items", "is missing", "add \"items:\" with the objects");
    }
    for (YamlValue item : list.values("items")) {
      if (item.node().isMapping()) {
        if (isList(item.node().textOf("kind"))) {
          item.error("is a list in a list", "move its items to a list of their own");
          allTold = false;
        } else {
          allTold &= read(file, item.node());
        }
      } else {
        item.asObject(); // says what is due
        allTold = false;
      }
    }
    list.finish();
    return allTold;
  }

  private boolean readObject(String apiVersion, String kind, ResourceId id, YamlObject document) {
    document.ignore("status");
    boolean named = !document.requiredString("kind").isEmpty();
    if (document.requiredString("apiVersion").isEmpty() || !named) {
      refuse(id, document);
      return false;
    }
    Optional<KindReader> reader = Kinds.reader(apiVersion, kind);
    if (reader.isPresent()) {
      Resource object = readResource(reader.get(), id, document);
      add(object.id(), object, null, document);
      return !id.name().isEmpty() && reader.get().namespaced() != id.namespace().isEmpty();
    } else if (Kinds.isConfig(apiVersion, kind)) {
      ConfigObject config = readConfig(apiVersion, id, document);
      add(id, null, config, document);
      return !id.name().isEmpty();
    }
    reportKind(apiVersion, kind, document);
    refuse(id, document);
    return Kinds.isUnsupported(apiVersion, kind);
  }

  private Resource readResource(KindReader reader, ResourceId id, YamlObject document) {
    Metadata metadata = MetadataReader.read(document, id, reader);
    YamlObject spec = document.object("spec");
    if (spec == null) {
      spec = document.emptyChild("spec");
    }
    Resource resource = reader.body().read(metadata, spec);
    spec.finish();
    reader.passedOver().forEach(document::ignore);
    document.finish();
    return resource;
  }

  private ConfigObject readConfig(String apiVersion, ResourceId id, YamlObject document) {
    MetadataReader.read(document, id, Kinds.config(apiVersion, id.kind()));
    YamlObject spec = document.object("spec");
    document.finish();
    return new ConfigObject(
        id.kind(),
        id.name(),
        spec == null ? document.emptyChild("spec") : spec,
        document.position(),
        created(document));
  }

  /** When the object was made; of two that select one node, the older counts. */
  private static @Nullable Instant created(YamlObject document) {
    YamlObject metadata = document.object("metadata");
    String text = metadata == null ? null : metadata.string("creationTimestamp");
    if (metadata == null || text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      metadata.error(
          "creationTimestamp", "\"" + text + "\" is no time", "write 2026-01-31T12:00:00Z");
      return null;
    }
  }

  private void refuse(ResourceId id, YamlObject document) {
    add(id, null, null, document);
  }

  private void add(
      ResourceId id,
      @Nullable Resource object,
      @Nullable ConfigObject config,
      YamlObject document) {
    found.add(
        new Found(id, object, config, document.position(), document.path(), document.problems()));
  }

  private static void reportKind(String apiVersion, String kind, YamlObject document) {
    List<String> expected = Kinds.apiVersionsOf(kind);
    if (Kinds.isUnsupported(apiVersion, kind)) {
      document.error(
          "kind",
          kind + " of " + apiVersion + " is not supported",
          "remove it; supported are " + Kinds.namesWithVersions());
    } else if (expected.isEmpty()) {
      document.error("kind", "\"" + kind + "\" is unknown", Spelling.suggest(kind, Kinds.names()));
    } else {
      document.error(
          "apiVersion",
          "\"" + apiVersion + "\" is not the version of " + kind,
          "write \"apiVersion: " + String.join("\" or \"apiVersion: ", expected) + "\"");
    }
  }
}
