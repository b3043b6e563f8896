// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A name in policy: exact, or with one {@code *} that stands for one or more whole labels at its
 * position.
 *
 * <pre>
 *   google.com          google.com, not www.google.com
 *   *.google.com        www.google.com, www.ipv6.google.com, not google.com
 *   www.*.com           www.sun.com, not www.com
 *   update.*.my.com     update.tools.my.com, update.secure.suite.my.com
 * </pre>
 *
 * <p>Names compare label by label, ASCII letters in any case, one trailing dot aside.
 *
 * @param text the pattern in canonical form
 * @param prefix the labels left of the wildcard, or all labels of an exact name
 * @param suffix the labels right of the wildcard
 * @param hasWildcard whether there is one
 */
public record DomainPattern(
    String text, List<String> prefix, List<String> suffix, boolean hasWildcard) {
  private static final int MAX_LENGTH = 253;

  public DomainPattern {
    prefix = List.copyOf(prefix);
    suffix = List.copyOf(suffix);
  }

  /**
   * The pattern of this text.
   *
   * @throws InvalidValueException if it is none
   */
  public static DomainPattern parse(String text) {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    checkShape(text, name);
    List<String> prefix = new ArrayList<>();
    List<String> suffix = new ArrayList<>();
    boolean wildcard = false;
    for (String label : name.split("\\.", -1)) {
      if (label.equals("*")) {
        if (wildcard) {
          throw new InvalidValueException(
              quote(text) + ": more than one '*'", "one '*', as in *.example.com");
        }
        wildcard = true;
      } else {
        checkLabel(text, label);
        (wildcard ? suffix : prefix).add(label.toLowerCase(Locale.ROOT));
      }
    }
    return new DomainPattern(name.toLowerCase(Locale.ROOT), prefix, suffix, wildcard);
  }

  private static void checkShape(String text, String name) {
    if (name.isEmpty()) {
      throw new InvalidValueException("an empty name", "a name, as in api.example.com");
    }
    if (name.length() > MAX_LENGTH) {
      throw new InvalidValueException(
          "a name of " + name.length() + " characters", "at most " + MAX_LENGTH);
    }
    try {
      IpAddress address = IpAddress.parse(name);
      throw new InvalidValueException(
          quote(text) + " is an address",
          "nets: [" + address + "/" + (address.isIpv4() ? 32 : 128) + "]");
    } catch (InvalidValueException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      // No address: a name, then.
    }
  }

  private static void checkLabel(String text, String label) {
    if (label.isEmpty()) {
      throw new InvalidValueException(
          quote(text) + ": an empty label", "labels separated by single dots");
    }
    if (label.length() > DomainName.MAX_LABEL_LENGTH) {
      throw new InvalidValueException(
          quote(text) + ": a label of " + label.length() + " characters",
          "at most " + DomainName.MAX_LABEL_LENGTH);
    }
    if (label.indexOf('*') >= 0) {
      throw new InvalidValueException(
          quote(text) + ": '*' must be a whole label", "as in www.*.com");
    }
    if (!label.matches("[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")) {
      throw new InvalidValueException(
          quote(text) + ": label " + quote(label) + " is not a name's",
          "letters, digits, '_' and inner '-'; no regular expression");
    }
  }

  private static String quote(String text) {
    return "\"" + text + "\"";
  }

  /** Whether the pattern is for this name. */
  public boolean matches(DomainName name) {
    List<String> labels = name.labels();
    int fixed = prefix.size() + suffix.size();
    if (!hasWildcard) {
      return labels.equals(prefix);
    }
    return labels.size() > fixed
        && labels.subList(0, prefix.size()).equals(prefix)
        && labels.subList(labels.size() - suffix.size(), labels.size()).equals(suffix);
  }

  @Override
  public String toString() {
    return text;
  }
}
