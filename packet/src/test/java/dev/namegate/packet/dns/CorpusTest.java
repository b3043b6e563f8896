// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.BufferShapes;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the files of {@code src/test/resources/corpus}, whose README says what each proves. */
final class CorpusTest {
  private final IpPacket packet = new IpPacket();
  private final DnsMessage message = new DnsMessage();

  private static Path root() throws URISyntaxException {
    URL readme = Objects.requireNonNull(CorpusTest.class.getResource("/corpus/README.md"));
    return Objects.requireNonNull(Path.of(readme.toURI()).getParent());
  }

  static List<Path> files() throws IOException, URISyntaxException {
    Path root = root();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".bin"))
          .map(root::relativize)
          .sorted()
          .toList();
    }
  }

  private int decode(Path file, BufferShapes.Shape shape, int length) {
    return file.startsWith("ip")
        ? packet.decode(shape.buffer(), shape.offset(), length)
        : message.decodeReply(shape.buffer(), shape.offset(), length);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void decodesToTheStatusThatItsDirectoryNames(Path file) throws Exception {
    byte[] octets = Files.readAllBytes(root().resolve(file));
    for (BufferShapes.Shape shape : BufferShapes.of(octets)) {
      int status = decode(file, shape, octets.length);

      assertEquals(file.getName(1).toString(), ParseStatus.name(status), shape.name());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void decodesAnyPrefixAlikeInEveryBuffer(Path file) throws Exception {
    byte[] octets = Files.readAllBytes(root().resolve(file));
    for (int length = Math.min(octets.length, 300); length >= 0; length--) {
      int prefix = length;
      Set<String> statuses =
          BufferShapes.of(Arrays.copyOf(octets, length)).stream()
              .map(shape -> ParseStatus.name(decode(file, shape, prefix)))
              .collect(Collectors.toSet());

      assertEquals(1, statuses.size(), () -> prefix + " octets: " + statuses);
    }
  }

  @Test
  void isListedInItsReadme() throws Exception {
    Set<String> listed = new TreeSet<>();
    String directory = "";
    for (String line : Files.readAllLines(root().resolve("README.md"))) {
      directory = line.startsWith("## ") ? line.substring(3) : directory;
      for (MatchResult row :
          Pattern.compile("^\\| `(.+\\.bin)` \\| .+ \\|$").matcher(line).results().toList()) {
        listed.add(directory + "/" + row.group(1));
      }
    }

    assertTrue(listed.size() > 70, listed.toString());
    assertEquals(files().stream().map(Path::toString).collect(Collectors.toSet()), listed);
  }
}
