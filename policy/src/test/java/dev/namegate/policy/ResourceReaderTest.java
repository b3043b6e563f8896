// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResourceReaderTest {
  @TempDir private Path directory;

  @Test
  void readsTheResourceFilesOfADirectoryInOrderOfTheirNames() throws IOException {
    write("b.yaml", Yaml.object("GlobalNetworkSet", "b", "{}"));
    write("a.yml", Yaml.object("GlobalNetworkSet", "a", "{}"));
    write(
        "c.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"c\"}}");
    write("notes.txt", "not: [yaml");
    write(".hidden.yaml", "not: [yaml");
    write("d.yaml~", "not: [yaml");
    Files.createDirectory(directory.resolve("sub.yaml"));

    ReadResult read = ResourceReader.read(List.of(directory));

    assertEquals(List.of(), read.problems());
    assertEquals(
        List.of("a", "b"),
        read.resources().all(Resource.NetworkSet.class).stream()
            .map(set -> set.metadata().name())
            .toList());
    assertEquals(3, read.resources().size());
  }

  @Test
  void fileThatDoesNotParseIsOneProblemAndTheOthersLive() throws IOException {
    write("a.yaml", Yaml.object("GlobalNetworkSet", "a", "{}") + "broken: [\n");
    write("b.yaml", Yaml.object("GlobalNetworkSet", "b", "{}"));

    ReadResult read = ResourceReader.read(List.of(directory));

    assertEquals(1, read.problems().size());
    assertEquals(List.of(directory.resolve("a.yaml").toString()), read.unreadableFiles());
    assertEquals(1, read.resources().size());
  }

  @Test
  void p15InvalidObjectIsAbsentAndTheOthersLive() throws IOException {
    write(
        "a.yaml",
        Yaml.object("GlobalNetworkSet", "a", "{allowedEgressDomains: ['*.*']}")
            + Yaml.object("GlobalNetworkSet", "b", "{}"));

    ReadResult read = ResourceReader.read(List.of(directory));

    assertTrue(read.hasErrors());
    assertEquals(List.of(new ResourceId("GlobalNetworkSet", "", "a")), read.refused());
    assertEquals(1, read.resources().size());
  }

  @Test
  void saysWhatCannotBeRead() throws IOException {
    Files.write(directory.resolve("a.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
    Path absent = directory.resolve("absent");

    ReadResult read = ResourceReader.read(List.of(directory, absent));

    assertEquals(
        List.of(
            directory.resolve("a.yaml") + ": is not UTF-8 — save it as UTF-8",
            absent + ": does not exist — name a file or a directory"),
        read.problems().stream().map(Problem::toString).toList());
  }

  @Test
  void emptyDocumentsAndFilesAreNothing() throws IOException {
    write("a.yaml", "");
    write("b.yaml", "# only a comment\n");
    write("c.yaml", "---\n---\n~\n---\n" + Yaml.object("GlobalNetworkSet", "a", "{}"));

    ReadResult read = ResourceReader.read(List.of(directory));

    assertEquals(List.of(), read.problems());
    assertEquals(1, read.resources().size());
  }

  @Test
  void configurationIsHandedOnUnread() throws IOException {
    write("a.yaml", Yaml.object("FelixConfiguration", "default", "{DNSPolicyMode: Inline}"));

    ReadResult read = ResourceReader.read(List.of(directory));
    ConfigObject config = read.resources().configs().get(0);
    Problems problems = new Problems();
    YamlObject spec = config.spec().reportTo(problems).ignoreKeyCase();

    assertEquals("FelixConfiguration", config.kind());
    assertEquals("default", config.name());
    assertEquals("Inline", spec.string("dnsPolicyMode", ""));
    assertEquals("FelixConfiguration(default).spec", spec.path());
    assertEquals(List.of(), problems.sorted());
  }

  @Test
  void jsonMayBeIndentedByTabs() throws IOException {
    write(
        "a.json",
        """
        {
        \t"apiVersion": "v1",
        \t"kind": "Namespace",
        \t"metadata": {
        \t\t"name": "Bad"
        \t}
        }
        """);

    ReadResult read = ResourceReader.read(List.of(directory));

    assertEquals(
        directory.resolve("a.json")
            + ":5:11: Namespace(Bad).metadata.name: \"Bad\" is not a valid name — use at most 63 of"
            + " a-z, 0-9 and '-'",
        read.problems().get(0).toString());
  }

  @Test
  void sameFileNamedTwiceIsReadOnce() throws IOException {
    write("a.yaml", Yaml.object("GlobalNetworkSet", "a", "{}"));

    ReadResult read = ResourceReader.read(List.of(directory, directory.resolve("a.yaml")));

    assertEquals(List.of(), read.problems());
  }

  private void write(String name, String text) throws IOException {
    Files.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}
