// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.namegate.policy.LastValid.Merged;
import dev.namegate.policy.Resource.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastValidTest {
  private static final ResourceId A = new ResourceId("GlobalNetworkPolicy", "", "a");
  private static final ResourceId B = new ResourceId("GlobalNetworkPolicy", "", "b");

  @TempDir private Path directory;
  private final LastValid lastValid = new LastValid();

  @Test
  void whatIsValidIsHandedOnAsItWasRead() throws IOException {
    write("a.yaml", policy("a", 1));
    ReadResult read = ResourceReader.read(List.of(directory));

    Merged merged = lastValid.merge(read);

    assertSame(read.resources(), merged.resources());
    assertEquals(List.of(), merged.problems());
    assertEquals(List.of(), merged.kept());
  }

  @Test
  void objectThatWasNeverValidIsAbsent() throws IOException {
    write("a.yaml", policy("a", 1) + invalid("b"));

    assertEquals(List.of("a=1"), inForce(merge()));
    assertEquals(List.of("a=1"), inForce(merge()));
  }

  @Test
  @DisplayName(
      "P15: an object that an edit breaks stays as it was last valid, and the rest follows")
  void refusedObjectStaysAsItWasLastValid() throws IOException {
    write("a.yaml", policy("b", 1) + policy("a", 1));
    merge();

    write("a.yaml", policy("b", 2) + invalid("a"));
    Merged merged = merge();

    assertEquals(List.of("a=1", "b=2"), inForce(merged));
    assertEquals(List.of(A), merged.kept());
    assertEquals(
        directory.resolve("a.yaml")
            + ":9:8: GlobalNetworkPolicy(a): its last valid version, from "
            + directory.resolve("a.yaml")
            + ":6, stays in force — correct the errors of the object",
        warnings(merged).get(0));
  }

  @Test
  void brokenObjectStaysHoweverOftenItIsBrokenAndUntilItIsCorrected() throws IOException {
    write("a.yaml", policy("a", 1));
    merge();
    write("a.yaml", invalid("a"));
    merge();
    write("a.yaml", "\n" + invalid("a"));
    Merged broken = merge();
    write("a.yaml", policy("a", 2));
    Merged corrected = merge();

    assertEquals(List.of("a=1"), inForce(broken));
    assertEquals(List.of("a=2"), inForce(corrected));
    assertEquals(List.of(), corrected.kept());
    assertEquals(List.of(), corrected.problems());
  }

  @Test
  void fileThatDoesNotParseKeepsAllObjectsThatCameFromIt() throws IOException {
    write("a.yaml", policy("a", 1) + policy("b", 1));
    write("c.yaml", policy("c", 1));
    merge();

    write("a.yaml", policy("a", 2) + "broken: [\n");
    write("c.yaml", policy("c", 2));
    Merged merged = merge();

    assertEquals(List.of("a=1", "b=1", "c=2"), inForce(merged));
    assertEquals(List.of(A, B), merged.kept());
    assertEquals(
        directory.resolve("a.yaml")
            + ": GlobalNetworkPolicy(a): its last valid version, from "
            + directory.resolve("a.yaml")
            + ":1, stays in force — correct the errors of the file",
        warnings(merged).get(0));
  }

  @Test
  void objectThatMovedOutOfTheFileThatDoesNotParseIsTheMovedOne() throws IOException {
    write("a.yaml", policy("a", 1) + policy("b", 1));
    merge();

    write("a.yaml", "broken: [\n");
    write("c.yaml", policy("b", 2));
    Merged merged = merge();

    assertEquals(List.of("a=1", "b=2"), inForce(merged));
    assertEquals(List.of(A), merged.kept());
  }

  @Test
  void movedObjectBelongsToItsNewFile() throws IOException {
    write("a.yaml", policy("a", 1));
    merge();
    write("a.yaml", "");
    write("b.yaml", policy("a", 2));
    merge();

    write("a.yaml", "broken: [\n");
    Files.delete(directory.resolve("b.yaml"));
    Merged merged = merge();

    assertEquals(List.of(), inForce(merged));
  }

  @Test
  void objectBrokenOnTheMoveStays() throws IOException {
    write("a.yaml", policy("a", 1));
    merge();

    write("a.yaml", "");
    write("b.yaml", invalid("a"));

    assertEquals(List.of("a=1"), inForce(merge()));
  }

  @Test
  void objectThatIsGoneIsGoneAndStaysGone() throws IOException {
    write("a.yaml", policy("a", 1) + policy("b", 1));
    merge();
    write("a.yaml", policy("b", 1));
    Merged gone = merge();
    write("a.yaml", "broken: [\n");
    Merged broken = merge();

    assertEquals(List.of("b=1"), inForce(gone));
    assertEquals(List.of("b=1"), inForce(broken));
  }

  @Test
  void fileThatIsGoneTakesItsKeptObjectsAlong() throws IOException {
    write("a.yaml", policy("a", 1));
    merge();
    write("a.yaml", "broken: [\n");
    merge();
    Files.delete(directory.resolve("a.yaml"));

    assertEquals(List.of(), inForce(merge()));
  }

  @Test
  void renamedObjectLivesUnderItsNewNameOnly() throws IOException {
    write("a.yaml", policy("a", 1));
    merge();
    write("a.yaml", policy("b", 1));

    assertEquals(List.of("b=1"), inForce(merge()));
  }

  @Test
  void objectThatNoLongerSaysWhoItIsKeepsThoseThatWentFromItsFile() throws IOException {
    write("a.yaml", policy("a", 1) + policy("b", 1));
    write("c.yaml", policy("c", 1));
    merge();

    write("a.yaml", policy("a", 2).replace("GlobalNetworkPolicy", "GlobalNetworkPolcy"));
    write("c.yaml", "");

    assertEquals(List.of("a=1", "b=1"), inForce(merge()));
  }

  @Test
  void directoryThatIsGoneKeepsItsObjects() throws IOException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    write("inner/a.yaml", policy("a", 1));
    lastValid.merge(ResourceReader.read(List.of(inner)));

    Files.delete(inner.resolve("a.yaml"));
    Files.delete(inner);

    assertEquals(List.of("a=1"), inForce(lastValid.merge(ResourceReader.read(List.of(inner)))));
  }

  @Test
  void secondDefinitionOfAnObjectDoesNotUndoTheFirst() throws IOException {
    write("a.yaml", policy("a", 1));
    merge();
    write("a.yaml", policy("a", 2) + policy("a", 3));
    Merged merged = merge();

    assertEquals(List.of("a=2"), inForce(merged));
    assertEquals(List.of(), merged.kept());
  }

  @Test
  void namespaceThatAnEditBreaksKeepsItsLabels() throws IOException {
    String namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: %s}}";
    write("a.yaml", namespace.formatted("prod"));
    merge();
    write("a.yaml", namespace.formatted("'not valid'"));
    Merged merged = merge();

    assertEquals(List.of(new ResourceId("Profile", "", "kns.shop")), merged.kept());
  }

  @Test
  void configurationIsKeptLikewise() throws IOException {
    String config =
        "apiVersion: namegate.dev/v1\nkind: NamegateConfiguration\nmetadata: {name: default}\n";
    write("a.yaml", config + "spec: {logLevel: debug}");
    merge();
    write("a.yaml", config + "spec: [");
    Merged unreadable = merge();
    write("a.yaml", config + "spec: {}\nextra: 1");
    Merged refused = merge();

    for (Merged merged : List.of(unreadable, refused)) {
      assertEquals(List.of(new ResourceId("NamegateConfiguration", "", "default")), merged.kept());
      assertEquals("debug", merged.resources().configs().get(0).spec().string("logLevel"));
    }
  }

  private Merged merge() {
    return lastValid.merge(ResourceReader.read(List.of(directory)));
  }

  private static List<String> inForce(Merged merged) {
    return merged.resources().all(Policy.class).stream()
        .map(policy -> policy.metadata().name() + "=" + (long) policy.order())
        .sorted()
        .toList();
  }

  private static List<String> warnings(Merged merged) {
    return merged.problems().stream()
        .filter(problem -> problem.severity() == Severity.WARNING)
        .map(Problem::toString)
        .toList();
  }

  private static String policy(String name, int order) {
    return Yaml.object("GlobalNetworkPolicy", name, "{types: [Egress], order: " + order + "}");
  }

  private static String invalid(String name) {
    return Yaml.object("GlobalNetworkPolicy", name, "{tpyes: [Egress]}");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
