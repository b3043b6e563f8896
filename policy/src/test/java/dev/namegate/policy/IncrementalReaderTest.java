// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncrementalReaderTest {
  private static final List<String> TEXTS =
      List.of(
          tier("a"),
          tier("b"),
          tier("a") + "---\n" + tier("c"),
          tier("d") + "---\nkind: Tier\n",
          tier("e").replace("order", "odrer"),
          "not: [yaml",
          "- a list\n",
          """
          apiVersion: v1
          kind: List
          items:
          - {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: f}, spec: {order: 1}}
          - 7
          """,
          "",
          """
          apiVersion: projectcalico.org/v3
          kind: FelixConfiguration
          metadata: {name: default}
          spec: {dnsPolicyMode: NoDelay}
          """);

  @TempDir private Path directory;

  private static String tier(String name) {
    return "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: %s}\nspec: {order: 5}\n"
        .formatted(name);
  }

  private ReadResult read(IncrementalReader reader) {
    return reader.read(List.of(directory), Set.of());
  }

  private static Resource only(ReadResult read, String name) {
    return read.resources().all(Resource.class).stream()
        .filter(object -> object.metadata().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void keepsTheObjectsOfAFileThatIsTheSame() throws IOException {
    IncrementalReader reader = new IncrementalReader();
    Files.writeString(directory.resolve("a.yaml"), tier("a"));
    Files.writeString(directory.resolve("b.yaml"), tier("b"));
    ReadResult first = read(reader);

    Files.writeString(directory.resolve("b.yaml"), "\n" + tier("b"));
    ReadResult second = read(reader);

    assertSame(only(first, "a"), only(second, "a"));
    assertNotSame(only(first, "b"), only(second, "b"));
    assertEquals(2, only(second, "b").metadata().position().line());
  }

  @Test
  void readsAgainWhatCouldNotBeRead() throws IOException {
    IncrementalReader reader = new IncrementalReader();
    Path gone = Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("target"));
    assertEquals(1, reader.read(List.of(gone), Set.of()).problems().size());

    Files.writeString(directory.resolve("target"), tier("a"));

    assertEquals(1, reader.read(List.of(gone), Set.of()).resources().size());
  }

  /** Whatever changes from one version to the next, the result is that of a first reading. */
  @Test
  void readsWhatAFirstReadingReads() throws IOException {
    long seed = Long.getLong("seed", 20261123);
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    IncrementalReader reader = new IncrementalReader();
    for (int version = 0; version < 150; version++) {
      Path file = directory.resolve("f" + random.nextInt(12) + ".yaml");
      if (random.nextInt(5) == 0) {
        Files.deleteIfExists(file);
      } else {
        Files.writeString(file, TEXTS.get(random.nextInt(TEXTS.size())));
      }
      Set<Path> unfinished = new HashSet<>();
      if (random.nextInt(4) == 0) {
        unfinished.add(file);
      }
      assertSameReading(
          new IncrementalReader().read(List.of(directory), unfinished),
          reader.read(List.of(directory), unfinished));
    }
  }

  private static void assertSameReading(ReadResult expected, ReadResult read) {
    assertEquals(expected.problems(), read.problems());
    assertEquals(expected.refused(), read.refused());
    assertEquals(expected.unreadableFiles(), read.unreadableFiles());
    assertEquals(expected.resources().all(Resource.class), read.resources().all(Resource.class));
    assertEquals(
        expected.resources().configs().stream().map(ConfigObject::position).toList(),
        read.resources().configs().stream().map(ConfigObject::position).toList());
  }
}
