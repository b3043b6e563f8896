// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.policy.Problems;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What this host says beside the objects.
 *
 * @param environment the variables of this process
 * @param resolvConf what names the host's own name servers
 */
record LocalSources(Map<String, String> environment, ResolvConf resolvConf) {
  static final String FILE_VARIABLE = "NAMEGATE_FELIX_CONFIG";
  static final Path DEFAULT_FILE = Path.of("/etc/namegate/felix.cfg");

  static LocalSources here() {
    return new LocalSources(System.getenv(), ResolvConf.here());
  }

  /** The configuration file; it need not be there unless the environment names it. */
  Path file() {
    String named = environment.getOrDefault(FILE_VARIABLE, "");
    return named.isEmpty() ? DEFAULT_FILE : Path.of(named);
  }

  /**
   * The environment, then the file.
   *
   * @throws NoSuchFileException if the file that the environment names is not there
   * @throws IOException if the file is there and cannot be read
   */
  List<ParameterSource> sources(Problems problems) throws IOException {
    List<ParameterSource> sources = new ArrayList<>();
    sources.add(TextSource.ofEnvironment(environment, problems));
    Path file = file();
    if (Files.exists(file)) {
      sources.add(fileSource(file, problems));
    } else if (!file.equals(DEFAULT_FILE)) {
      throw new NoSuchFileException(file + ": no such file; " + FILE_VARIABLE + " names it");
    }
    return sources;
  }

  static ParameterSource fileSource(Path file, Problems problems) throws IOException {
    try {
      return TextSource.ofFile(file, problems);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": is not text in UTF-8", e);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read: " + e, e);
    }
  }
}
