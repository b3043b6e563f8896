// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.NanoClock;
import dev.namegate.policy.IncrementalReader;
import dev.namegate.policy.ReadResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, the real kernel's events and the real time: only that things come is waited for. */
final class ReloaderTest {
  private static final int LIMIT_S = 30;

  @TempDir private Path temporary;

  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private Path other;

  private final Recorder recorder = new Recorder();
  private @Nullable Reloader<ReadResult> reloader;

  @BeforeEach
  void create() throws IOException {
    directory = Files.createDirectory(temporary.resolve("resources"));
    other = temporary.resolve("felix.cfg");
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (reloader != null) {
      reloader.stop();
    }
  }

  private Reloader<ReadResult> start() throws IOException {
    return start(NanoClock.SYSTEM);
  }

  private Reloader<ReadResult> start(NanoClock clock) throws IOException {
    FileStamps stamps = FileStamps.of(List.of(directory), List.of(other));
    Reloader<ReadResult> started =
        Reloader.start(List.of(directory), List.of(other), stamps, recorder, clock);
    reloader = started;
    return started;
  }

  private static String tier(String name) {
    return "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: %s}\nspec: {order: 5}\n"
        .formatted(name);
  }

  private Path write(String file, String text) throws IOException {
    return Files.writeString(directory.resolve(file), text);
  }

  @Test
  void handsOnWhatIsNew() throws Exception {
    start();
    write("a.yaml", tier("a"));
    assertEquals(1, recorder.next().resources().size());
  }

  @Test
  void leavesOutWhatSomebodyHasOpenForWritingAndReadsTheRest() throws Exception {
    start();
    Path half = directory.resolve("half.yaml");
    try (OutputStream writer = Files.newOutputStream(half)) {
      writer.write(tier("half").getBytes(StandardCharsets.UTF_8));
      write("whole.yaml", tier("whole"));
      ReadResult read = recorder.next();
      assertEquals(List.of(half.toString()), read.unreadableFiles());
      assertEquals(1, read.resources().size());
    }
    ReadResult read = recorder.next();
    assertEquals(List.of(), read.unreadableFiles());
    assertEquals(2, read.resources().size());
  }

  @Test
  void waitsForTheOtherFilesToBeWritten() throws Exception {
    start();
    try (OutputStream writer = Files.newOutputStream(other)) {
      writer.write('x');
      write("a.yaml", tier("a"));
      assertTrue(recorder.nextFailure().toString().contains("felix.cfg is still being written"));
      assertEquals(0, recorder.inForce.size());
    }
    assertEquals(1, recorder.next().resources().size());
  }

  /** As an operator says that there is no such file; everybody has it open. */
  @Test
  void waitsForNoDevice() throws Exception {
    other = Path.of("/dev/null");
    start();
    try (OutputStream writer = Files.newOutputStream(other)) {
      writer.write('x');
      write("a.yaml", tier("a"));
      assertEquals(1, recorder.next().resources().size());
    }
  }

  @Test
  void forgetsWhatWasMadeOfFilesThatWereWrittenMeanwhile() throws Exception {
    recorder.onPrepare = () -> write("b.yaml", tier("b"));
    start();
    write("a.yaml", tier("a"));
    assertEquals(2, recorder.next().resources().size());
  }

  @Test
  void triesAgainWhatFailedEvenIfOfAnError() throws Exception {
    recorder.onPrepare =
        () -> {
          throw new StackOverflowError("once");
        };
    Reloader<ReadResult> started = start();
    write("a.yaml", tier("a"));
    assertTrue(recorder.nextFailure() instanceof StackOverflowError);
    started.request();
    assertEquals(1, recorder.next().resources().size());
  }

  @Test
  void readsOnRequestEvenIfNothingChanged() throws Exception {
    write("a.yaml", tier("a"));
    start().request();
    assertEquals(1, recorder.next().resources().size());
  }

  /** Whoever asks has written all; who does not may still be at it. */
  @Test
  void readsAtOnceOnRequest() throws Exception {
    AtomicLong nowNs = new AtomicLong();
    Reloader<ReadResult> started = start(nowNs::get); // time stands still: a wait never ends
    write("a.yaml", tier("a"));
    started.request();
    assertEquals(1, recorder.next().resources().size());
    nowNs.set(Long.MAX_VALUE / 2);
  }

  /** As Kubernetes does it with the files of a ConfigMap. */
  @Test
  void followsASymbolicLinkOfADirectoryThatIsSwapped() throws Exception {
    Files.createDirectory(directory.resolve("..1"));
    write("..1/a.yaml", tier("a"));
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
    start();
    Files.createDirectory(directory.resolve("..2"));
    write("..2/a.yaml", tier("a") + "---\n" + tier("b"));
    Path next = Files.createSymbolicLink(directory.resolve("..tmp"), Path.of("..2"));
    Files.move(next, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    assertEquals(2, recorder.next().resources().size());
  }

  @Test
  void followsADirectoryThatIsReplaced() throws Exception {
    write("a.yaml", tier("a"));
    start();
    Path next = Files.createDirectory(temporary.resolve("next"));
    Files.writeString(next.resolve("a.yaml"), tier("a") + "---\n" + tier("b"));
    Files.move(directory, temporary.resolve("before"));
    Files.move(next, directory);
    ReadResult read = recorder.next();
    if (!read.unreadableFiles().isEmpty()) { // it was looked for while it was away
      read = recorder.next();
    }
    assertEquals(2, read.resources().size());
    write("a.yaml", tier("c"));
    assertEquals(1, recorder.next().resources().size());
  }

  @Test
  void doesNotMindWhatEditorsPutBeside() throws Exception {
    write("a.yaml", tier("a"));
    start();
    write(".a.yaml.swp", "x");
    write("a.yaml~", tier("before"));
    write("4913", "");
    write("b.yaml", tier("b"));
    assertEquals(2, recorder.next().resources().size());
  }

  /** What the reloader did. */
  private final class Recorder implements Reloader.Receiver<ReadResult> {
    final IncrementalReader reader = new IncrementalReader();
    final BlockingQueue<ReadResult> inForce = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    /** Done at the first reading. */
    volatile @Nullable Action onPrepare;

    interface Action {
      void run() throws IOException;
    }

    @Override
    public ReadResult prepare(Set<Path> unfinished) throws IOException {
      ReadResult read = reader.read(List.of(directory), unfinished);
      Action action = onPrepare;
      onPrepare = null;
      if (action != null) {
        action.run();
      }
      return read;
    }

    @Override
    public void putIntoForce(ReadResult prepared) {
      inForce.add(prepared);
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }

    ReadResult next() throws InterruptedException {
      ReadResult read = inForce.poll(LIMIT_S, TimeUnit.SECONDS);
      assertNotNull(read, () -> "nothing was put into force; failures: " + failures);
      return read;
    }

    Throwable nextFailure() throws InterruptedException {
      Throwable failure = failures.poll(LIMIT_S, TimeUnit.SECONDS);
      assertNotNull(failure, "nothing failed");
      return failure;
    }
  }
}
