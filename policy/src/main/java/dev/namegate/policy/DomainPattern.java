// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A domain name as policy writes it: exact, or with one asterisk that stands for one or more whole
 * labels at its position.
 *
 * <pre>
 *   google.com               google.com, and no other name
 *   *.google.com             www.google.com, www.ipv6.google.com; not google.com
 *   www.*.com                www.sun.com, www.a.b.com; not www.com
 *   update.*.mycompany.com   update.tools.mycompany.com, update.secure.suite.mycompany.com
 *   www.google.*             www.google.de, and also www.google.evil.example
 * </pre>
 *
 * <p>Letters are compared without case, and one trailing dot is nothing. What is written in Unicode
 * stands for its A-labels.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class DomainPattern {
  /** The longest name in text, without a trailing dot. */
  private static final int MAX_LENGTH = 253;

  private static final Pattern REGULAR_EXPRESSION = Pattern.compile("[\\^$()\\[\\]{}|+?\\\\]");
  private static final Pattern IPV4 = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+\\.?");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_-]+");
  private static final String UNICODE_DOTS = "[\u3002\uff0e\uff61]";

  /** The canonical text: lower case, A-labels, no trailing dot. Two of one text are one pattern. */
  private final String text;

  /** Where the asterisk stands in it; -1 for none. */
  private final int asterisk;

  private DomainPattern(String text) {
    this.text = text;
    this.asterisk = text.indexOf('*');
  }

  /**
   * The pattern of this text.
   *
   * @throws IllegalArgumentException if it is none; the message says why and what would be right
   */
  public static DomainPattern parse(String text) {
    return isCanonical(text) ? new DomainPattern(text) : parseAny(text);
  }

  /**
   * Whether this is the canonical text of a pattern, and one that needs no second look: what nearly
   * all that is written is, and there may be much of it.
   */
  private static boolean isCanonical(String text) {
    int start = text.startsWith("*.") ? 2 : 0;
    boolean digitsOnly = true;
    int label = start;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (!isLabelOf(text, label, i)) {
          return false;
        }
        label = i + 1;
      } else if ((c >= 'a' && c <= 'z') || c == '-' || c == '_') {
        digitsOnly = false;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return !digitsOnly && text.length() <= MAX_LENGTH && isLabelOf(text, label, text.length());
  }

  private static boolean isLabelOf(String text, int from, int to) {
    return to > from
        && to - from <= DomainName.MAX_LABEL_LENGTH
        && text.charAt(from) != '-'
        && text.charAt(to - 1) != '-';
  }

  /** As {@link #parse}, whatever the text is like. */
  static DomainPattern parseAny(String text) {
    checkForm(text);
    String dotted = isAscii(text) ? text : text.replaceAll(UNICODE_DOTS, ".");
    String[] written =
        (dotted.endsWith(".") ? dotted.substring(0, dotted.length() - 1) : dotted).split("\\.", -1);
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    int wildcards = 0;
    int length = written.length - 1;
    for (String label : written) {
      String canonical = label.equals("*") ? label : canonicalLabel(label, text);
      length += canonical.length();
      if (canonical.equals("*")) {
        wildcards++;
      } else {
        (wildcards == 0 ? before : after).add(canonical);
      }
    }
    check(
        wildcards <= 1,
        "\"" + text + "\" has " + wildcards + " wildcards",
        "keep one '*': it stands for one or more labels");
    check(
        length <= MAX_LENGTH,
        "\"" + text + "\" is a name of " + length + " characters, max=" + MAX_LENGTH,
        "no such name can exist in DNS");
    checkNotAddress(text, wildcards == 1, before, after);
    List<String> labels = new ArrayList<>(before);
    if (wildcards == 1) {
      labels.add("*");
    }
    labels.addAll(after);
    return new DomainPattern(String.join(".", labels));
  }

  private static void checkForm(String text) {
    check(!text.isEmpty(), "domain is empty", "write a name, as in api.example.com");
    check(
        !text.contains("://"),
        "\"" + text + "\" is a URL",
        "write the host name alone, as in api.example.com");
    check(
        text.indexOf('/') < 0,
        "\"" + text + "\" is not a domain name",
        "write address ranges in nets, and no path after a name");
    check(!isAddress(text), "\"" + text + "\" is an IP address", "write it in nets, with its mask");
    check(
        text.indexOf(':') < 0,
        "\"" + text + "\" is not a domain name",
        "write the port in ports, not after the name");
    check(
        !REGULAR_EXPRESSION.matcher(text).find(),
        "\"" + text + "\": regular expressions are not supported",
        "'*' as a whole label stands for one or more labels");
  }

  private static boolean isAddress(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    return IPV6.matcher(bare).matches() || IPV4.matcher(bare).matches();
  }

  private static void checkNotAddress(
      String text, boolean wildcard, List<String> before, List<String> after) {
    List<String> fixed = new ArrayList<>(before);
    fixed.addAll(after);
    boolean digits = fixed.stream().allMatch(label -> DIGITS.matcher(label).matches());
    check(
        !(digits && (wildcard ? !fixed.isEmpty() : fixed.size() == 4)),
        "\"" + text + "\" is " + (wildcard ? "an IP address with a wildcard" : "an IP address"),
        "write it in nets, as in 10.0.0.0/8");
  }

  private static String canonicalLabel(String label, String text) {
    check(
        !label.isEmpty(),
        "\"" + text + "\" has an empty label",
        text.startsWith(".") && text.length() > 1
            ? "write *" + text + " for the names below it"
            : "write one dot between labels");
    check(
        label.indexOf('*') < 0,
        "\"" + text + "\": '*' must be a whole label",
        "as in www.*.com or *.example.com");
    String canonical =
        (isAscii(label) ? label : UnicodeLabel.toAscii(label)).toLowerCase(Locale.ROOT);
    check(
        canonical.length() <= DomainName.MAX_LABEL_LENGTH,
        "\""
            + text
            + "\" has a label of "
            + canonical.length()
            + " characters, max="
            + DomainName.MAX_LABEL_LENGTH,
        "no such name can exist in DNS");
    check(
        LABEL.matcher(canonical).matches(),
        "label \"" + label + "\" of \"" + text + "\" has a character that is not allowed",
        "use letters, digits, '-' and '_'");
    check(
        !canonical.startsWith("-") && !canonical.endsWith("-"),
        "label \"" + label + "\" of \"" + text + "\" begins or ends with '-'",
        "begin and end with a letter, a digit or '_'");
    return canonical;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  private static void check(boolean holds, String what, String suggestion) {
    if (!holds) {
      throw new InvalidTextException(what, suggestion);
    }
  }

  /** Whether this is a pattern with an asterisk. */
  public boolean isWildcard() {
    return asterisk >= 0;
  }

  /** The labels before the asterisk, from left to right; without an asterisk, all. */
  List<String> before() {
    return labels(isWildcard() ? text.substring(0, Math.max(0, asterisk - 1)) : text);
  }

  /** The labels after the asterisk, from left to right. */
  List<String> after() {
    return labels(isWildcard() ? text.substring(Math.min(text.length(), asterisk + 2)) : "");
  }

  private static List<String> labels(String dotted) {
    return dotted.isEmpty() ? List.of() : List.of(dotted.split("\\.", -1));
  }

  /** Whether the name is one that this pattern stands for. */
  public boolean matches(DomainName name) {
    List<String> labels = name.labels();
    List<String> before = before();
    if (!isWildcard()) {
      return labels.equals(before);
    }
    List<String> after = after();
    int size = labels.size();
    return size > before.size() + after.size()
        && labels.subList(0, before.size()).equals(before)
        && labels.subList(size - after.size(), size).equals(after);
  }

  /** What a person should know who wrote this legal, but very wide pattern. */
  Optional<String> risk() {
    if (!isWildcard()) {
      return Optional.empty();
    }
    List<String> before = before();
    List<String> after = after();
    if (before.isEmpty() && after.isEmpty()) {
      return Optional.of("matches every name: whatever a trusted answer contains is allowed");
    }
    if (after.isEmpty()) {
      return Optional.of(
          "also matches names of anybody, such as " + String.join(".", before) + ".evil.example");
    }
    if (after.size() == 1 || PublicSuffix.is(after)) {
      return Optional.of(
          "matches names that anybody can register below \"" + String.join(".", after) + "\"");
    }
    return Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DomainPattern pattern && text.equals(pattern.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The canonical text: lower case, A-labels, no trailing dot. */
  @Override
  public String toString() {
    return text;
  }
}
