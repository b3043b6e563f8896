// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link LabDns} that runs in the lab, as a test holds it. */
public final class LabDnsProcess implements AutoCloseable {
  private final Path file;
  private final BackgroundProcess process;

  private LabDnsProcess(Path file, BackgroundProcess process) {
    this.file = file;
    this.process = process;
  }

  /** Starts it on {@link Lab#TRUSTED} and {@link Lab#TRUSTED6}, port 53. */
  public static LabDnsProcess trusted(Lab lab, String... records) {
    return start(lab, 53, List.of(Lab.TRUSTED, Lab.TRUSTED6), records);
  }

  /** Starts it on this port of these addresses, which must be addresses of {@link Room#NET}. */
  public static LabDnsProcess start(Lab lab, int port, List<String> addresses, String... records) {
    Path file = lab.work().resolve("records-" + addresses.get(0) + "-" + port + ".txt");
    write(file, records);
    List<String> arguments = new ArrayList<>();
    arguments.add(file.toString());
    arguments.add(Integer.toString(port));
    arguments.addAll(addresses);
    return new LabDnsProcess(
        file, lab.startJava(Room.NET, LabDns.class, arguments.toArray(String[]::new)));
  }

  /** Answers from these records from now on: {@code name ttl type data} each. */
  public void answer(String... records) {
    write(file, records);
  }

  private static void write(Path file, String... records) {
    try {
      // Refuse a record with a mistake here, where the test that made it sees it.
      LabRecords unused = LabRecords.parse(Arrays.asList(records));
      LabRecords.write(file, Arrays.asList(records));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every question it was asked, one a line. */
  public String log() {
    return process.log();
  }

  @Override
  public void close() {
    process.close();
  }
}
