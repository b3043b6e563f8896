// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.policy.Problem;
import dev.namegate.policy.Resources;
import dev.namegate.policy.Severity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the resources' versions, for the log and for {@code namegate status}.
 *
 * <p><b>Threading:</b> written by the thread that reloads; read by any.
 */
final class ReloadReport {
  private static final System.Logger LOG = System.getLogger(ReloadReport.class.getName());

  private final Counters.Writer counters;
  private volatile State state;

  /**
   * @param generation how many versions were put into force, the first one included
   * @param settings those in force
   * @param loadedAt since when
   * @param lastReload when the last attempt ended; null before the first
   * @param failure why it failed; null if it did not
   */
  private record State(
      long generation,
      Settings settings,
      Instant loadedAt,
      List<String> waitingForRestart,
      @Nullable Instant lastReload,
      @Nullable String failure) {}

  /** The daemon starts with these settings. */
  ReloadReport(Settings settings, Counters counters) {
    this.counters = counters.newWriter();
    this.state = new State(1, settings, now(), List.of(), null, null);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /** These settings are in force now. */
  void done(Settings next, List<String> waiting, boolean configChanged, long tookNs) {
    State before = state;
    Instant now = now();
    state = new State(before.generation() + 1, next, now, waiting, now, null);
    counters.increment(Counter.RELOADS);
    next.log(before.settings().problems(), before.settings().notices());
    waiting.stream()
        .filter(sentence -> !before.waitingForRestart().contains(sentence))
        .forEach(sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
    Resources.Changes changes = next.resources().since(before.settings().resources());
    boolean same =
        changes.isNone() && !configChanged && next.kept().equals(before.settings().kept());
    LOG.log(
        same ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        "reloaded generation="
            + state.generation()
            + " "
            + changes
            + " kept="
            + next.kept().size()
            + (configChanged ? " configuration=changed" : "")
            + " ms="
            + tookNs / 1_000_000);
    LOG.log(
        System.Logger.Level.DEBUG,
        () ->
            "added="
                + changes.added()
                + " changed="
                + changes.changed()
                + " removed="
                + changes.removed());
  }

  /** A version could not be put into force. */
  void failed(Throwable cause) {
    State before = state;
    String message = cause.getMessage();
    state =
        new State(
            before.generation(),
            before.settings(),
            before.loadedAt(),
            before.waitingForRestart(),
            now(),
            message != null ? message : cause.toString());
    counters.increment(Counter.RELOADS_FAILED);
  }

  void addTo(Map<String, Object> facts) {
    State now = state;
    List<Problem> problems = now.settings().problems();
    facts.put("generation", now.generation());
    facts.put("loadedAt", now.loadedAt());
    facts.put("lastReload", lastReload(now));
    facts.put("waitingForRestart", now.waitingForRestart());
    facts.put("keptObjects", now.settings().kept());
    facts.put("notices", now.settings().notices());
    facts.put("errors", problems.stream().filter(ReloadReport::isError).count());
    facts.put("problems", problems);
  }

  private static String lastReload(State state) {
    if (state.lastReload() == null) {
      return "none yet";
    }
    return state.lastReload() + (state.failure() == null ? " ok" : " failed: " + state.failure());
  }

  private static boolean isError(Problem problem) {
    return problem.severity() == Severity.ERROR;
  }
}
