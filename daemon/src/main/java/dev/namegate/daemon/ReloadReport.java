// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ResourceId;
import dev.namegate.policy.Severity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * @param failure why the last one was not; null if it was
   */
  private record State(
      long generation,
      Instant at,
      List<Problem> problems,
      List<ResourceId> kept,
      List<String> waitingForRestart,
      @Nullable String failure) {}

  /** The daemon starts with these settings. */
  ReloadReport(Settings settings, Counters counters) {
    this.counters = counters.newWriter();
    this.state = new State(1, now(), settings.problems(), List.of(), List.of(), null);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /** These settings are in force now. */
  void done(Settings next, List<String> waiting, boolean configChanged, long tookNs) {
    State before = state;
    state = new State(before.generation() + 1, now(), next.problems(), next.kept(), waiting, null);
    counters.increment(Counter.RELOADS);
    logNew(before.problems(), next.problems());
    waiting.stream()
        .filter(sentence -> !before.waitingForRestart().contains(sentence))
        .forEach(sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
    boolean nothing =
        next.changes().isNone() && !configChanged && next.kept().equals(before.kept());
    LOG.log(
        nothing ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        "reloaded generation="
            + state.generation()
            + " "
            + next.changes()
            + " kept="
            + next.kept().size()
            + (configChanged ? " configuration=changed" : "")
            + " ms="
            + tookNs / 1_000_000);
  }

  /** A version could not be put into force. */
  void failed(Exception cause) {
    State now = state;
    state =
        new State(
            now.generation(),
            now(),
            now.problems(),
            now.kept(),
            now.waitingForRestart(),
            String.valueOf(cause.getMessage()));
    counters.increment(Counter.RELOADS_FAILED);
  }

  /** Only what was not said before: a reload because of one file repeats not the other files. */
  private static void logNew(List<Problem> before, List<Problem> now) {
    Set<Problem> fresh = new LinkedHashSet<>(now);
    before.forEach(fresh::remove);
    for (Problem problem : fresh) {
      LOG.log(
          problem.severity() == Severity.ERROR
              ? System.Logger.Level.ERROR
              : System.Logger.Level.WARNING,
          problem.toString());
    }
  }

  void addTo(Map<String, Object> facts) {
    State now = state;
    facts.put("generation", now.generation());
    facts.put("loadedAt", now.at());
    facts.put("lastReload", now.failure() == null ? "ok" : "failed: " + now.failure());
    facts.put("keptObjects", now.kept());
    facts.put("waitingForRestart", now.waitingForRestart());
    facts.put("problems", now.problems());
  }
}
