// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.ConfigObject;
import dev.namegate.policy.Problems;
import dev.namegate.policy.Severity;
import dev.namegate.policy.selector.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which objects are for one node.
 *
 * <p><b>Ordering:</b> the object {@code node.<name>}, then the one that selects the node by its
 * labels, then {@code default}. Of several that select the node, the oldest is in force; those that
 * do not say when they were made count as the youngest, and among equals the smallest name comes
 * first.
 */
final class NodeObjects {
  static final String FELIX = "FelixConfiguration";
  static final String NAMEGATE = "NamegateConfiguration";
  static final String DEFAULT = "default";
  static final String NODE_PREFIX = "node.";

  private final List<ConfigObject> configs;
  private final String node;
  private final Problems problems;
  private final List<String> notices;

  NodeObjects(List<ConfigObject> configs, String node, Problems problems, List<String> notices) {
    this.configs = configs;
    this.node = node;
    this.problems = problems;
    this.notices = notices;
  }

  /** The objects with our own parameters, in order of precedence. */
  List<ParameterSource> namegate() {
    configs.stream()
        .filter(config -> config.kind().equals(NAMEGATE) && !isNamedForNodes(config))
        .forEach(config -> checkName(config, new ObjectSource(config, new Problems()), problems));
    List<ParameterSource> sources = new ArrayList<>();
    named(NAMEGATE, NODE_PREFIX + node).ifPresent(sources::add);
    named(NAMEGATE, DEFAULT).ifPresent(sources::add);
    return sources;
  }

  /**
   * The objects with Calico's parameters, in order of precedence.
   *
   * @param nodeLabels those that somebody gave the node
   */
  List<ParameterSource> felix(Map<String, String> nodeLabels) {
    List<ParameterSource> sources = new ArrayList<>();
    named(FELIX, NODE_PREFIX + node).ifPresent(sources::add);
    selecting(nodeLabels).ifPresent(config -> sources.add(new ObjectSource(config, problems)));
    named(FELIX, DEFAULT).ifPresent(sources::add);
    return sources;
  }

  private Optional<ParameterSource> named(String kind, String name) {
    for (ConfigObject config : configs) {
      if (config.kind().equals(kind) && config.name().equals(name)) {
        ParameterSource source = new ObjectSource(config, problems);
        checkName(config, source, problems);
        return Optional.of(source);
      }
    }
    return Optional.empty();
  }

  private Optional<ConfigObject> selecting(Map<String, String> nodeLabels) {
    Map<String, String> labels = new TreeMap<>(nodeLabels);
    labels.putIfAbsent("kubernetes.io/hostname", node);
    labels.putIfAbsent("kubernetes.io/os", "linux");
    List<ConfigObject> selecting = new ArrayList<>();
    for (ConfigObject config : configs) {
      if (config.kind().equals(FELIX) && !isNamedForNodes(config)) {
        Optional<Selector> selector = nodeSelector(config);
        if (selector.isPresent() && selector.get().matches(labels)) {
          selecting.add(config);
        } else if (selector.isPresent() && nodeLabels.isEmpty()) {
          noticeUnknownLabels(config, labels);
        }
      }
    }
    selecting.sort(NodeObjects::compareAges);
    selecting.stream().skip(1).forEach(config -> noticeYounger(config, selecting.get(0)));
    return selecting.stream().findFirst();
  }

  private static int compareAges(ConfigObject one, ConfigObject other) {
    Instant created = one.created();
    Instant otherCreated = other.created();
    int byAge =
        created == null || otherCreated == null
            ? Boolean.compare(created == null, otherCreated == null)
            : created.compareTo(otherCreated);
    return byAge != 0 ? byAge : one.name().compareTo(other.name());
  }

  private Optional<Selector> nodeSelector(ConfigObject config) {
    ParameterSource source = new ObjectSource(config, new Problems());
    checkName(config, source, problems);
    Setting setting = source.setting(FelixParameters.NODE_SELECTOR.name());
    return setting == null
        ? Optional.empty()
        : Optional.ofNullable(FelixParameters.NODE_SELECTOR.read(setting, true, problems));
  }

  private void noticeUnknownLabels(ConfigObject config, Map<String, String> labels) {
    notices.add(
        FELIX
            + " "
            + config.name()
            + " is not for this node: its nodeSelector does not select "
            + labels
            + "; say what other labels the node has with nodeLabels of NamegateConfiguration");
  }

  private void noticeYounger(ConfigObject config, ConfigObject older) {
    notices.add(
        FELIX
            + " "
            + config.name()
            + " is not in force: "
            + older.name()
            + " selects this node too and is older");
  }

  private static boolean isNamedForNodes(ConfigObject config) {
    return config.name().equals(DEFAULT) || config.name().startsWith(NODE_PREFIX);
  }

  /** Warns of an object that is for no node, or that says twice which node it is for. */
  static void checkName(ConfigObject config, ParameterSource source, Problems problems) {
    boolean isFelix = config.kind().equals(FELIX);
    Setting selector = isFelix ? source.setting(FelixParameters.NODE_SELECTOR.name()) : null;
    if (selector != null && isNamedForNodes(config)) {
      problems.add(
          selector.problem(
              Severity.WARNING,
              "has no effect: the object's name says which nodes it is for",
              "give the object another name, or remove the selector"));
    } else if (selector == null && !isNamedForNodes(config)) {
      problems.add(
          source.problem(
              Severity.WARNING,
              "the object is not for any node",
              "name it default or node.<name>" + (isFelix ? ", or add a nodeSelector" : "")));
    }
  }
}
