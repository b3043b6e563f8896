// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ResourceId;
import dev.namegate.policy.Resources;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the resources say, in force: the daemon's configuration, the compiled policy, and what was
 * wrong with the rest.
 *
 * @param problems of every object that was refused, and warnings; the others are in force
 * @param notices what an operator should know, though nothing is wrong
 * @param kept the objects that are in force as an earlier reading found them
 * @param resources all of what is in force
 */
public record Settings(
    DaemonConfig config,
    CompiledPolicy policy,
    List<Problem> problems,
    List<String> notices,
    List<ResourceId> kept,
    Resources resources) {
  private static final System.Logger LOG = System.getLogger(Settings.class.getName());

  /**
   * Logs what is wrong and what is to be noticed, but for what was so before: a change of one file
   * repeats not what the others have had to be told.
   */
  public void log(List<Problem> problemsBefore, List<String> noticesBefore) {
    Set<Problem> newProblems = new LinkedHashSet<>(problems);
    problemsBefore.forEach(newProblems::remove);
    newProblems.forEach(problem -> LOG.log(level(problem), problem.toString()));
    Set<String> newNotices = new LinkedHashSet<>(notices);
    noticesBefore.forEach(newNotices::remove);
    newNotices.forEach(notice -> LOG.log(System.Logger.Level.WARNING, notice));
  }

  private static System.Logger.Level level(Problem problem) {
    return switch (problem.severity()) {
      case ERROR -> System.Logger.Level.ERROR;
      case WARNING -> System.Logger.Level.WARNING;
      case NOTICE -> System.Logger.Level.INFO;
    };
  }
}
