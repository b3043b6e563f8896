// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables of settings in docs/operations.md are those of the code. To rewrite them, run this
 * test with {@code -Ddocs.update=true}.
 */
class SettingsDocsTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "operations.md");

  @Test
  void describesEachParameterOfCalicosThatMeansSomethingHere() throws IOException {
    assertDocumented("felix-parameters", felixTable());
  }

  @Test
  void namesTheParametersThatHaveNoEffect() throws IOException {
    assertDocumented(
        "felix-others",
        "Of no effect here: "
            + names(CalicosOtherParameters.NEVER)
            + ".\n\nOf no effect here yet: "
            + names(CalicosOtherParameters.NOT_YET)
            + ".\n");
  }

  @Test
  void describesEachParameterOfOurs() throws IOException {
    assertDocumented("namegate-parameters", namegateTable());
  }

  private static String felixTable() {
    StringBuilder table =
        new StringBuilder(
            "| FelixConfiguration | Default | As text | Restart | Here |\n|---|---|---|---|---|\n");
    for (Parameter<?> each : FelixParameters.TABLE.parameters()) {
      table.append(
          row(
              "`" + each.name() + "`",
              each.shownDefault(),
              each.type().textForm(),
              restart(each),
              each.meaning()));
    }
    return table.toString();
  }

  private static String namegateTable() {
    StringBuilder table =
        new StringBuilder(
            "| NamegateConfiguration | Default | Restart | Means |\n|---|---|---|---|\n");
    for (Parameter<?> each : NamegateParameters.TABLE.parameters()) {
      table.append(
          row("`" + each.name() + "`", each.shownDefault(), restart(each), each.meaning()));
    }
    return table.toString();
  }

  private static String restart(Parameter<?> parameter) {
    return parameter.needsRestart() ? "yes" : "";
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String names(Collection<String> names) {
    return new TreeSet<>(names)
        .stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  private static void assertDocumented(String block, String expected) throws IOException {
    String begin = "<!-- " + block + ": generated, see SettingsDocsTest -->\n";
    String end = "<!-- end of " + block + " -->\n";
    String text = Files.readString(DOCUMENT);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    assertTrue(from >= begin.length() && to >= from, "no block " + block + " in " + DOCUMENT);
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(DOCUMENT, text.substring(0, from) + expected + text.substring(to));
    } else {
      assertEquals(
          expected,
          text.substring(from, to),
          DOCUMENT + " is out of date: run SettingsDocsTest with -Ddocs.update=true");
    }
  }
}
