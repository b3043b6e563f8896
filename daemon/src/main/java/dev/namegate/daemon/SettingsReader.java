// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.config.ConfigReader;
import dev.namegate.daemon.reload.FileStamps;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.IncrementalCompiler;
import dev.namegate.policy.IncrementalReader;
import dev.namegate.policy.LastValid;
import dev.namegate.policy.PolicyAdvice;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes settings of the resources, one version after the other: an object that a later version
 * breaks stays as it was last valid, and only what changed is compiled.
 *
 * <p><b>Threading:</b> one thread at a time.
 */
public final class SettingsReader {
  private final List<Path> paths;
  private final String node;
  private final IncrementalReader reader = new IncrementalReader();
  private final LastValid lastValid = new LastValid();
  private final IncrementalCompiler compiler;
  private FileStamps stamps;

  /** A reader of all resources below these paths, for this node. */
  public SettingsReader(List<Path> paths, String node) {
    this.paths = List.copyOf(paths);
    this.node = node;
    this.compiler = new IncrementalCompiler(node);
    this.stamps = FileStamps.of(this.paths, ConfigReader.files());
  }

  /** The directories and files that it reads. */
  public List<Path> paths() {
    return paths;
  }

  /**
   * What the files were like before the last {@link #read}; those that it left out are not among
   * them.
   */
  public FileStamps stamps() {
    return stamps;
  }

  /** Reads and compiles what is there now, but for files that somebody is still writing. */
  public Settings read() throws IOException {
    FileStamps now = FileStamps.of(paths, ConfigReader.files());
    Set<Path> unfinished = now.beingWritten();
    stamps = now.without(unfinished);
    return read(unfinished);
  }

  /**
   * Reads and compiles what is there now, but for these files; what has not changed since the last
   * time is neither parsed nor compiled again.
   */
  public Settings read(Set<Path> unfinished) throws IOException {
    return settings(reader.read(paths, unfinished));
  }

  private Settings settings(ReadResult read) throws IOException {
    LastValid.Merged merged = lastValid.merge(read);
    CompiledPolicy policy = compiler.compile(merged.resources());
    ConfigReader.Result config =
        ConfigReader.read(merged.resources().configs(), policy.endpoints(), node);
    List<Problem> problems = new ArrayList<>(merged.problems());
    problems.addAll(policy.warnings());
    problems.addAll(PolicyAdvice.of(merged.resources()));
    problems.addAll(config.problems());
    return new Settings(
        config.config(),
        policy,
        List.copyOf(problems),
        config.notices(),
        merged.kept(),
        merged.resources());
  }
}
