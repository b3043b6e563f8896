// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of fields in {@code docs/policy.md}, by the name that stands before each. */
final class FieldTable {
  private static final Path DOCS = Path.of("../docs/policy.md");
  private static final Pattern MARKER = Pattern.compile("<!-- fields: ([a-z ]+) -->");
  private static final Pattern ROW = Pattern.compile("\\| (`.*`) \\| ([^|]*) \\|.*\\|");
  private static final Pattern FIELD = Pattern.compile("`([^`]+)`");
  private static final Pattern SUPPORT =
      Pattern.compile("(supported|parsed only|passed over|refused)( \\((Global|staged)\\))?");

  /**
   * One field of a table.
   *
   * @param only {@code Global} or {@code staged} for a field that other kinds of the table have
   *     not; else empty
   */
  record Field(String name, String support, String only) {
    boolean isOf(String kind) {
      return switch (only) {
        case "Global" -> kind.contains("Global");
        case "staged" -> kind.startsWith("Staged");
        default -> true;
      };
    }
  }

  private FieldTable() {}

  static Map<String, List<Field>> read() throws IOException {
    Map<String, List<Field>> tables = new LinkedHashMap<>();
    List<Field> table = new ArrayList<>();
    for (String line : Files.readAllLines(DOCS)) {
      Matcher marker = MARKER.matcher(line);
      if (marker.matches()) {
        table = new ArrayList<>();
        tables.put(marker.group(1), table);
      } else if (line.isBlank()) {
        table = new ArrayList<>(); // rows up to the next marker are of no table of fields
      }
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        addRow(row.group(1), row.group(2), table);
      }
    }
    return tables;
  }

  private static void addRow(String fields, String support, List<Field> table) {
    Matcher word = SUPPORT.matcher(support);
    if (!word.matches()) {
      return;
    }
    Matcher field = FIELD.matcher(fields);
    while (field.find()) {
      String only = word.group(3) == null ? "" : word.group(3);
      table.add(new Field(field.group(1), word.group(1), only));
    }
  }
}
