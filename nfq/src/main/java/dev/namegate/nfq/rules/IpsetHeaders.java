// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.IpsetCommands.Header;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@code ipset list -t} prints: blocks of {@code Name: value} lines. */
final class IpsetHeaders {
  private String name = "";
  private String type = "";
  private int entries;
  private final List<Header> headers = new ArrayList<>();

  private IpsetHeaders() {}

  static List<Header> parse(String text) {
    IpsetHeaders parser = new IpsetHeaders();
    text.lines().forEach(parser::line);
    parser.finish();
    return parser.headers;
  }

  private void line(String line) {
    int colon = line.indexOf(": ");
    String value = colon < 0 ? "" : line.substring(colon + 2).strip();
    switch (colon < 0 ? "" : line.substring(0, colon)) {
      case "Name" -> {
        finish();
        name = value;
      }
      case "Type" -> type = value;
      case "Number of entries" -> entries = number(value);
      default -> {
        // Nothing that we need, or of a newer ipset.
      }
    }
  }

  private void finish() {
    if (!name.isEmpty()) {
      headers.add(new Header(name, type, entries));
    }
    name = "";
    type = "";
    entries = 0;
  }

  private static int number(String text) {
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }
}
