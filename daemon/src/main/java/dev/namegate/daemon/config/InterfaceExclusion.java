// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Interfaces whose addresses are not the host's own in the sense of a host endpoint's {@code
 * expectedIPs}: the one of kube-proxy has the addresses of all services.
 */
final class InterfaceExclusion {
  static final InterfaceExclusion DEFAULT =
      new InterfaceExclusion("kube-ipvs0", List.of(Pattern.compile("kube-ipvs0")), List.of());

  private final String text;
  private final List<Pattern> whole;
  private final List<Pattern> parts;

  private InterfaceExclusion(String text, List<Pattern> whole, List<Pattern> parts) {
    this.text = text;
    this.whole = List.copyOf(whole);
    this.parts = List.copyOf(parts);
  }

  /** Names between commas; one between slashes is an expression that some part of a name meets. */
  static InterfaceExclusion parse(String text) throws BadValueException {
    List<Pattern> whole = new ArrayList<>();
    List<Pattern> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String name = part.strip();
      if (name.length() > 2 && name.startsWith("/") && name.endsWith("/")) {
        parts.add(expression(name.substring(1, name.length() - 1)));
      } else if (name.matches("[A-Za-z0-9_.-]{1,15}")) {
        whole.add(Pattern.compile(Pattern.quote(name)));
      } else {
        throw new BadValueException(
            "\"" + name + "\" is not the name of an interface", "write kube-ipvs0,/^veth/");
      }
    }
    return new InterfaceExclusion(text, whole, parts);
  }

  private static Pattern expression(String text) throws BadValueException {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new BadValueException(
          "\"" + text + "\" is not an expression: " + e.getDescription(),
          "write kube-ipvs0,/^veth/");
    }
  }

  boolean excludes(String interfaceName) {
    return whole.stream().anyMatch(pattern -> pattern.matcher(interfaceName).matches())
        || parts.stream().anyMatch(pattern -> pattern.matcher(interfaceName).find());
  }

  @Override
  public String toString() {
    return text;
  }
}
