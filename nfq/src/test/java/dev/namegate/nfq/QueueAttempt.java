// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that tries to hold a queue: prints {@code cause …}, then {@code held …} with
 * its warnings or {@code failed …} with the message, and holds the queue until its input ends.
 */
public final class QueueAttempt {
  private QueueAttempt() {}

  /** Arguments: the queue's number; {@code no-files} to use up all descriptors before. */
  public static void main(String[] arguments) throws IOException {
    QueueConfig config =
        new QueueConfig(Integer.parseInt(arguments[0]), 128, 1024, false, true, 64 << 20);
    System.out.println("cause " + NfQueue.unavailabilityCause().orElse("none"));
    if (arguments.length > 1) {
      openWithoutFiles(config);
      return;
    }
    try (NfQueue queue = NfQueue.open(config)) {
      System.out.println("held " + queue.warnings());
      System.in.read();
    } catch (NfQueueException e) {
      System.out.println("failed " + e.getMessage());
    }
  }

  private static void openWithoutFiles(QueueConfig config) throws IOException {
    // Loads every class that the failure will need, while files can still be opened.
    try (NfQueue first = NfQueue.open(config);
        NfQueue second = NfQueue.open(config)) {
      throw new IllegalStateException(first.number() + " and " + second.number());
    } catch (NfQueueException e) {
      System.out.println("second " + e.getMessage());
    }
    List<FileInputStream> files = new ArrayList<>();
    for (int attempt = 1; attempt <= 100; attempt++) {
      useUpFiles(files);
      // A thread of the JVM may have closed a file of its own meanwhile: then this succeeds.
      try (NfQueue queue = NfQueue.open(config)) {
        System.out.println("again " + queue.number());
      } catch (NfQueueException e) {
        System.out.println("failed " + e.getMessage());
        break;
      }
    }
    for (FileInputStream file : files) {
      file.close();
    }
  }

  private static void useUpFiles(List<FileInputStream> files) {
    try {
      while (true) {
        files.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      return; // that was the last
    }
  }
}
