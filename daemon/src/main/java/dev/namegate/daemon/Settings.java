// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.config.ConfigReader;
import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the resources say, in force: the daemon's configuration, the compiled policy, and what was
 * wrong with the rest.
 *
 * @param notices what an operator should know, though nothing is wrong
 * @param problems of every object that was refused, and warnings; the others are in force
 */
public record Settings(
    DaemonConfig config, CompiledPolicy policy, List<Problem> problems, List<String> notices) {

  /** Reads and compiles all resources below these paths for this node. */
  public static Settings read(List<Path> paths, String node) throws IOException {
    ReadResult read = ResourceReader.read(paths);
    CompiledPolicy policy = PolicyCompiler.compile(read.resources(), node);
    ConfigReader.Result config =
        ConfigReader.read(read.resources().configs(), policy.endpoints(), node);
    List<Problem> problems = new ArrayList<>(read.problems());
    problems.addAll(policy.warnings());
    problems.addAll(config.problems());
    return new Settings(config.config(), policy, List.copyOf(problems), config.notices());
  }
}
