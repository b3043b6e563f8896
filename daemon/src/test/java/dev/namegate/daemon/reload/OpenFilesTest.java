// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenFilesTest {
  @TempDir private Path directory;

  @Test
  void findsWhatIsOpenForWritingInAnyWay() throws IOException {
    Path appended = Files.createFile(directory.resolve("appended"));
    Path both = Files.createFile(directory.resolve("both"));
    Path closed = Files.createFile(directory.resolve("closed"));
    try (OutputStream append = Files.newOutputStream(appended, StandardOpenOption.APPEND);
        RandomAccessFile readAndWrite = new RandomAccessFile(both.toFile(), "rw")) {
      append.write('x');
      readAndWrite.write('x');
      assertEquals(Set.of(appended, both), OpenFiles.forWriting(Set.of(appended, both, closed)));
    }
    assertEquals(Set.of(), OpenFiles.forWriting(Set.of(appended, both, closed)));
  }

  @Test
  void leavesAReaderAlone() throws IOException {
    Path read = Files.createFile(directory.resolve("read"));
    try (InputStream in = Files.newInputStream(read)) {
      assertEquals(0, in.available());
      assertEquals(Set.of(), OpenFiles.forWriting(Set.of(read)));
    }
  }

  @Test
  void followsASymbolicLinkToItsFile() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write('x');
      assertEquals(Set.of(link), OpenFiles.forWriting(Set.of(link)));
    }
  }

  @Test
  void doesNotMindAFileThatIsGone() {
    assertEquals(Set.of(), OpenFiles.forWriting(Set.of(directory.resolve("gone"))));
  }
}
