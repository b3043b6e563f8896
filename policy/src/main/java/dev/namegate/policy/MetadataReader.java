// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads and checks the name, the namespace and the labels of an object. */
final class MetadataReader {
  private static final int MAX_NAME_LENGTH = 253;
  private static final int MAX_LABEL_LENGTH = 63;
  private static final int MAX_ANNOTATIONS_BYTES = 256 << 10;

  private static final Pattern QUALIFIED =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");

  private MetadataReader() {}

  /** Reads {@code metadata}, whose names look as this kind demands. */
  static Metadata read(YamlObject document, ResourceId id, KindReader kind) {
    YamlObject metadata = document.object("metadata");
    if (metadata == null) {
      if (!document.has("metadata") || document.isNull("metadata")) {
        document.error("metadata", "is missing", "add \"metadata:\" with a name");
      }
      return new Metadata(id, Map.of(), document.position());
    }
    String name = metadata.requiredString("name");
    Fields.checkForm(metadata, "name", name, kind.nameForm(), MAX_NAME_LENGTH, kind.nameAdvice());
    readNamespace(metadata, kind);
    Map<String, String> labels = metadata.stringMap("labels");
    checkLabels(metadata, "labels", labels);
    checkAnnotations(metadata);
    metadata.ignore(
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        "generateName",
        "managedFields",
        "ownerReferences",
        "finalizers",
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds");
    metadata.finish();
    return new Metadata(id, Map.copyOf(labels), document.position());
  }

  private static void readNamespace(YamlObject metadata, KindReader kind) {
    if (kind.namespaced()) {
      String namespace = metadata.requiredString("namespace");
      Fields.checkForm(
          metadata, "namespace", namespace, Fields.DNS_LABEL, 63, "use a-z, 0-9 and '-'");
    } else if (metadata.string("namespace") != null && !metadata.isEmpty("namespace")) {
      metadata.error("namespace", "this kind is in no namespace", "remove it");
    }
  }

  /** Checks what Kubernetes demands of labels. */
  static void checkLabels(YamlObject object, String key, Map<String, String> labels) {
    YamlObject written = labels.isEmpty() ? null : object.object(key);
    if (written == null) {
      return;
    }
    labels.forEach(
        (label, value) -> {
          if (!isLabelKey(label)) {
            written.error(
                label, "is not a valid label", "write prefix/name of letters, digits, '-_.'");
          }
          boolean valid =
              value.isEmpty()
                  || (value.length() <= MAX_LABEL_LENGTH && QUALIFIED.matcher(value).matches());
          if (!valid) {
            written.error(
                label,
                "\"" + value + "\" is not a valid value of a label",
                "write at most 63 letters, digits, '-_.'");
          }
        });
  }

  static boolean isLabelKey(String key) {
    int slash = key.indexOf('/');
    String prefix = slash < 0 ? "" : key.substring(0, slash);
    String name = key.substring(slash + 1);
    return (slash < 0
            || (prefix.length() <= MAX_NAME_LENGTH
                && Fields.DNS_SUBDOMAIN.matcher(prefix).matches()))
        && name.length() <= MAX_LABEL_LENGTH
        && QUALIFIED.matcher(name).matches();
  }

  private static void checkAnnotations(YamlObject metadata) {
    int bytes = 0;
    for (Map.Entry<String, String> annotation : metadata.stringMap("annotations").entrySet()) {
      bytes += annotation.getKey().length() + annotation.getValue().length();
    }
    if (bytes > MAX_ANNOTATIONS_BYTES) {
      metadata.error(
          "annotations", bytes + " characters, max=" + MAX_ANNOTATIONS_BYTES, "shorten them");
    }
  }
}
