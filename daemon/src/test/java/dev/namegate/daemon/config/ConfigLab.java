// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.policy.Problem;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A host called {@code lab} of a test's making: its environment, its files, and the objects for it.
 */
final class ConfigLab {
  static final String NODE = "lab";

  private final Path directory;
  private final Path resolvConf;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> documents = new ArrayList<>();

  /** Its only name server is 192.0.2.1. */
  ConfigLab(Path directory) throws IOException {
    this.directory = directory;
    resolvConf = directory.resolve("resolv.conf");
    Files.writeString(resolvConf, "nameserver 192.0.2.1\n");
  }

  ConfigLab variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Writes the configuration file; its path is {@link #file}. */
  ConfigLab file(String... lines) throws IOException {
    Files.writeString(file(), String.join("\n", lines));
    return variable(LocalSources.FILE_VARIABLE, file().toString());
  }

  Path file() {
    return directory.resolve("felix.cfg");
  }

  /** An object with this specification in flow style, without the braces. */
  ConfigLab felix(String name, String spec) {
    return felix(name, "null", spec);
  }

  ConfigLab felix(String name, String created, String spec) {
    documents.add(
        """
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: %s, creationTimestamp: %s}
        spec: {%s}
        """
            .formatted(name, created, spec));
    return this;
  }

  ConfigLab namegate(String name, String spec) {
    documents.add(
        """
        apiVersion: namegate.dev/v1
        kind: NamegateConfiguration
        metadata: {name: %s}
        spec: {%s}
        """
            .formatted(name, spec));
    return this;
  }

  private ReadResult objects() throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, String.join("---\n", documents));
    ReadResult read = ResourceReader.read(List.of(file));
    assertEquals(List.of(), read.problems());
    return read;
  }

  ConfigReader.Result read() throws IOException {
    return ConfigReader.read(
        objects().resources().configs(),
        List.of(),
        NODE,
        new LocalSources(
            environment, new ResolvConf(resolvConf, directory.resolve("no-resolved.conf"))));
  }

  /** The configuration, of which nothing may be wrong. */
  DaemonConfig config() throws IOException {
    ConfigReader.Result result = read();
    assertEquals(List.of(), result.problems());
    return result.config();
  }

  List<Problem> check(Path... files) throws IOException {
    return ConfigCheck.check(objects().resources().configs(), List.of(files));
  }
}
