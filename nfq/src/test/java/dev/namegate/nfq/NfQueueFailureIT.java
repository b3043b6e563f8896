// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The words that a person meets when the kernel does not give us a queue. */
@NeedsNetns
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NfQueueFailureIT {
  private static final QueueConfig CONFIG = new QueueConfig(100, 128, 1024, false, true, 1 << 20);
  private static final String NEEDS_CAPABILITY =
      "EPERM (1, Operation not permitted): needs CAP_NET_ADMIN in this network namespace: run as"
          + " root, or grant it (AmbientCapabilities=CAP_NET_ADMIN of the systemd unit)";

  private final NetworkNamespace inside = NetworkNamespace.open();

  NfQueueFailureIT() throws Exception {}

  @AfterEach
  void leave() {
    inside.close();
  }

  /** Starts {@link QueueAttempt} behind a prefix that changes its circumstances. */
  private Process attempt(List<String> prefix, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djna.nosys=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(QueueAttempt.class.getName());
    command.addAll(List.of(arguments));
    return inside.start(command);
  }

  /** As {@link #attempt}, of a process that holds nothing for long: its input is at its end. */
  private Process briefAttempt(List<String> prefix, String... arguments) throws Exception {
    Process process = attempt(prefix, arguments);
    process.outputWriter(UTF_8).close();
    return process;
  }

  /** Reads a process's lines up to the one that starts with this word. */
  private static String line(BufferedReader reader, String word) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith(word + " ")) {
        return line.substring(word.length() + 1);
      }
      before.append(line).append('\n');
    }
    throw new AssertionError("no line with '" + word + "' in:\n" + before);
  }

  @Test
  void namesTheProcessThatHoldsTheQueue() throws Exception {
    Process holder = attempt(List.of(), "100");
    try (BufferedReader reader = holder.inputReader(UTF_8)) {
      assertEquals("none", line(reader, "cause"));
      assertEquals("[]", line(reader, "held"));

      NfQueueException e =
          assertThrows(NfQueueException.class, () -> inside.run(() -> NfQueue.open(CONFIG)));
      assertEquals(
          "bind queue 100: EPERM (1, Operation not permitted): queue 100 is held by port id "
              + holder.pid()
              + " (probably process "
              + holder.pid()
              + ", java): stop that process; if it is no Namegate daemon, set another queue"
              + " number (two Namegate daemons cannot share a network namespace)",
          e.getMessage());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    inside.call(() -> NfQueue.open(CONFIG)).close();
  }

  @Test
  void asksForTheCapability() throws Exception {
    List<String> prefix =
        List.of("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin");
    Process process = briefAttempt(prefix, "100");
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      assertEquals("use NFQUEUE: " + NEEDS_CAPABILITY, line(reader, "cause"));
      assertEquals("bind queue 100: " + NEEDS_CAPABILITY, line(reader, "failed"));
    }
  }

  @Test
  void warnsOfAReceiveBufferThatStaysSmall() throws Exception {
    Process process = briefAttempt(List.of("unshare", "--user", "--map-root-user", "--net"), "100");
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      String warnings = line(reader, "held");
      assertTrue(warnings.startsWith("[the receive buffer is "), warnings);
      assertTrue(warnings.contains("raise the sysctl net.core.rmem_max to 67108864"), warnings);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void namesTheLimitOfOpenFiles() throws Exception {
    List<String> prefix = List.of("prlimit", "--nofile=128:128");
    Process process = briefAttempt(prefix, "100", "no-files");
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      String second = line(reader, "second");
      assertTrue(second.contains(" (this process): stop that process"), second);
      assertEquals(
          "bind queue 100: EMFILE (24, Too many open files): this process may not open more files:"
              + " raise its limit (`ulimit -n`, LimitNOFILE= of the systemd unit)",
          line(reader, "failed"));
    }
  }

  @Test
  void isAvailableToRoot() throws Exception {
    assertEquals(Optional.empty(), inside.call(NfQueue::unavailabilityCause));
  }

  /** Sockets and eventfds: the JVM's own threads open and close files at any time. */
  private static long descriptors() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(NfQueueFailureIT::isSocketOrEvent).count();
    }
  }

  private static boolean isSocketOrEvent(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("socket:") || target.contains("eventfd");
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  private void openAndFailToOpen() throws Exception {
    inside.run(
        () -> {
          try (NfQueue queue = NfQueue.open(CONFIG);
              NflogGroup group = NflogGroup.open(5, 128, 1 << 20);
              LinkMonitor monitor = LinkMonitor.open();
              Poller poller = Poller.open(queue, group, monitor)) {
            assertThrows(NfQueueException.class, () -> NfQueue.open(CONFIG));
            assertThrows(NfQueueException.class, () -> NflogGroup.open(5, 128, 1 << 20));
            poller.await(0);
          }
          assertEquals(Optional.empty(), NfQueue.unavailabilityCause());
        });
  }

  @Test
  void leaksNoDescriptor() throws Exception {
    openAndFailToOpen();
    long before = descriptors();
    for (int i = 0; i < 30; i++) {
      openAndFailToOpen();
    }
    assertEquals(before, descriptors());
  }
}
