// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which resources count, and for which node. */
final class ResourceOptions {
  static final String DEFAULT_DIRECTORY = "/etc/namegate/resources";

  private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

  @Option(
      names = "--resources",
      paramLabel = "DIR",
      defaultValue = DEFAULT_DIRECTORY,
      description = "directory or file with resources, repeatable (default: ${DEFAULT-VALUE})")
  private List<Path> resources = List.of();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "the node whose endpoints are on this host (default: the host's name)")
  private @Nullable String node;

  /**
   * The directories and files to read.
   *
   * @throws NoSuchFileException if one is not there
   */
  List<Path> paths() throws NoSuchFileException {
    checkExist(resources);
    return resources;
  }

  static void checkExist(List<Path> paths) throws NoSuchFileException {
    for (Path path : paths) {
      checkExists(path);
    }
  }

  static void checkExists(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(
          path + ": no such directory or file: name one that holds resources with --resources");
    }
  }

  /** The node's name; that of this host if none was given. */
  String node() throws IOException {
    return node(node);
  }

  static String node(@Nullable String given) throws IOException {
    return given != null ? given : hostName();
  }

  /** What these options say, beside others. */
  RunWords words(Path runDirectory, boolean verbose) {
    return new RunWords(resources, node, runDirectory, verbose);
  }

  /** The kernel's word for this host, never a resolver's. */
  static String hostName() throws IOException {
    return Files.readString(HOSTNAME).strip();
  }
}
