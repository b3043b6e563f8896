// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.ConfigObject;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds what is wrong with settings, whichever node they are for. */
public final class ConfigCheck {
  private static final String FILE_EXTENSION = ".cfg";

  private ConfigCheck() {}

  /** Whether this is a file of {@code Name = value} lines, by its name. */
  public static boolean isSettingsFile(Path file) {
    return file.toString().endsWith(FILE_EXTENSION);
  }

  /**
   * Every problem of these objects and files. The environment is not looked at.
   *
   * @param files those that {@link #isSettingsFile} says are such
   */
  public static List<Problem> check(List<ConfigObject> configs, List<Path> files)
      throws IOException {
    Problems problems = new Problems();
    List<ParameterSource> fileSources = new ArrayList<>();
    for (Path file : files) {
      ParameterSource source = LocalSources.fileSource(file, problems);
      ParameterValues.resolve(FelixParameters.TABLE, List.of(source), problems);
      fileSources.add(source);
    }
    configs.forEach(config -> checkAlone(config, problems));
    for (String node : nodes(configs)) {
      ConfigReader.resolve(
          configs,
          node,
          fileSources,
          ResolvConf.here(),
          new Problems(),
          problems,
          new ArrayList<>());
    }
    return List.copyOf(new LinkedHashSet<>(problems.sorted()));
  }

  private static void checkAlone(ConfigObject config, Problems problems) {
    ParameterSource source = new ObjectSource(config, problems);
    if (config.kind().equals(NodeObjects.NAMEGATE)) {
      ParameterValues.resolve(NamegateParameters.TABLE, List.of(source), problems);
    } else {
      ParameterValues.resolve(FelixParameters.TABLE, List.of(source), problems);
    }
    NodeObjects.checkName(config, source, problems);
  }

  /** The nodes that objects are named for, and one that none is. */
  private static Set<String> nodes(List<ConfigObject> configs) {
    Set<String> nodes = new TreeSet<>(Set.of(""));
    configs.stream()
        .map(ConfigObject::name)
        .filter(name -> name.startsWith(NodeObjects.NODE_PREFIX))
        .forEach(name -> nodes.add(name.substring(NodeObjects.NODE_PREFIX.length())));
    return nodes;
  }
}
