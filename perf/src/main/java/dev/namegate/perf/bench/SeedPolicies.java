// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The daemon with the policies of {@code docs/examples}, all four in force at once. */
record SeedPolicies() implements Variant {
  static final String NODE = "lab";

  private static final String NEVER_LEARNT = "198.51.100.1";

  @Override
  public String name() {
    return "seed";
  }

  @Override
  public String description() {
    return "namegate, the four policies of docs/examples at once";
  }

  @Override
  public void start(Bed bed) {
    Path examples = bed.checkout().root().resolve("docs/examples");
    try (Stream<Path> listed = Files.list(examples)) {
      List<Path> directories = listed.filter(Files::isDirectory).sorted().toList();
      Files.createDirectories(DaemonProcess.resources(bed));
      for (Path directory : directories) {
        copy(directory, DaemonProcess.resources(bed), directory.equals(directories.get(0)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var unused = DaemonProcess.start(bed, NODE, "");
    DaemonProcess.checkNoErrors(bed);
  }

  /** Endpoints and configuration are the same in each example: one copy will do. */
  private static void copy(Path from, Path to, boolean all) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = "" + file.getFileName();
        if (all || !(name.equals("endpoints.yaml") || name.equals("felix.yaml"))) {
          Files.copy(file, to.resolve(from.getFileName() + "-" + name));
        }
      }
    }
  }

  @Override
  public String process() {
    return DaemonProcess.NAME;
  }

  @Override
  public String check(Bed bed) {
    Load.in(bed, Room.WORKLOAD).expectDenied(NEVER_LEARNT);
    Load.in(bed, Room.HOST).expectDenied(NEVER_LEARNT);
    return "";
  }
}
