// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A domain name in canonical form: labels of octets, ASCII letters in lower case, no trailing dot.
 *
 * <p>Names are octets on the wire, and so they are here: two names are equal when their labels are,
 * octet by octet, after ASCII letters were lower-cased. The text form escapes what is not a
 * printable character.
 *
 * <p><b>Threading:</b> immutable.
 *
 * <p><b>Bounds:</b> at most {@value #MAX_LENGTH} octets in wire form, {@value #MAX_LABEL_LENGTH} in
 * a label.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 RFC 1035 §2.3.4
 * @spec https://www.rfc-editor.org/rfc/rfc4343 RFC 4343
 */
public final class DomainName implements Comparable<DomainName> {
  /** The longest wire form, the root label's octet included. */
  public static final int MAX_LENGTH = 255;

  public static final int MAX_LABEL_LENGTH = 63;

  public static final DomainName ROOT = new DomainName(new byte[] {0});

  /** Wire form without compression, in lower case: length octet and label, …, 0. */
  private final byte[] wire;

  private final int hash;

  private DomainName(byte[] canonicalWire) {
    wire = canonicalWire;
    hash = Arrays.hashCode(canonicalWire);
  }

  /**
   * The name in this uncompressed wire form, of which a copy is kept.
   *
   * @throws IllegalArgumentException if the bytes are not exactly one name
   */
  public static DomainName ofWire(byte[] wire) {
    return ofWire(wire, 0, wire.length);
  }

  /**
   * The name whose uncompressed wire form is {@code octets[from, to)}, of which a copy is kept.
   *
   * @throws IllegalArgumentException if these bytes are not exactly one name
   */
  public static DomainName ofWire(byte[] octets, int from, int to) {
    if (to - from > MAX_LENGTH) {
      throw new IllegalArgumentException("name of " + (to - from) + " octets, max=" + MAX_LENGTH);
    }
    byte[] canonical = Arrays.copyOfRange(octets, from, to);
    int at = 0;
    while (at < canonical.length && canonical[at] != 0) {
      int length = canonical[at] & 0xff;
      if (length > MAX_LABEL_LENGTH || at + length + 1 >= canonical.length) {
        throw new IllegalArgumentException("label of " + length + " octets at " + at);
      }
      for (int i = at + 1; i <= at + length; i++) {
        canonical[i] = lowerCase(canonical[i]);
      }
      at += length + 1;
    }
    if (at != canonical.length - 1) {
      throw new IllegalArgumentException("root label at " + at + " of " + canonical.length);
    }
    return new DomainName(canonical);
  }

  /**
   * The name of this text, in which one trailing dot is optional and {@code \DDD} and {@code \c}
   * stand for octets as in a master file.
   *
   * @throws IllegalArgumentException if the text is not a name; the message says why
   */
  public static DomainName parse(String text) {
    if (text.equals(".")) {
      return ROOT;
    }
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[octets.length + 2];
    int start = 0;
    int at = 1;
    boolean open = true;
    for (int i = 0; i < octets.length; i++) {
      byte octet = octets[i];
      if (octet == '.') {
        closeLabel(out, start, at, text);
        start = at++;
        open = i + 1 < octets.length;
        continue;
      }
      if (octet == '\\') {
        if (i + 3 < octets.length && isDigit(octets[i + 1])) {
          octet = decimal(octets, i + 1, text);
          i += 3;
        } else if (i + 1 < octets.length && !isDigit(octets[i + 1])) {
          octet = octets[++i];
        } else {
          throw new IllegalArgumentException("unfinished escape in \"" + text + "\"");
        }
      }
      out[at++] = lowerCase(octet);
    }
    if (open) {
      closeLabel(out, start, at, text);
      start = at++;
    }
    if (at > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "name of " + at + " octets in wire form, max=" + MAX_LENGTH + ": \"" + text + "\"");
    }
    out[start] = 0;
    return new DomainName(Arrays.copyOf(out, at));
  }

  private static void closeLabel(byte[] out, int start, int end, String text) {
    int length = end - start - 1;
    if (length == 0) {
      throw new IllegalArgumentException("empty label in \"" + text + "\"");
    }
    if (length > MAX_LABEL_LENGTH) {
      throw new IllegalArgumentException(
          "label of " + length + " octets, max=" + MAX_LABEL_LENGTH + ": \"" + text + "\"");
    }
    out[start] = (byte) length;
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  private static byte decimal(byte[] octets, int at, String text) {
    int value = 0;
    for (int i = at; i < at + 3; i++) {
      value = isDigit(octets[i]) ? value * 10 + octets[i] - '0' : 1000;
    }
    if (value > 255) {
      throw new IllegalArgumentException("escape is not \\000 to \\255 in \"" + text + "\"");
    }
    return (byte) value;
  }

  /** An ASCII letter in lower case; any other octet as it is. */
  public static byte lowerCase(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
  }

  /** The number of labels, the root's not counted. */
  public int labelCount() {
    int count = 0;
    for (int at = 0; wire[at] != 0; at += (wire[at] & 0xff) + 1) {
      count++;
    }
    return count;
  }

  /** The labels from left to right, each in the text form that {@link #toString} joins by dots. */
  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (int at = 0; wire[at] != 0; at += (wire[at] & 0xff) + 1) {
      labels.add(labelText(at));
    }
    return labels;
  }

  /** A copy of the uncompressed wire form, in lower case. */
  public byte[] toWire() {
    return wire.clone();
  }

  /** The uncompressed wire form itself, in lower case: to be read, never written to. */
  public byte[] wire() {
    return wire;
  }

  private String labelText(int at) {
    StringBuilder text = new StringBuilder();
    for (int i = at + 1; i <= at + (wire[at] & 0xff); i++) {
      int octet = wire[i] & 0xff;
      if (octet == '.' || octet == '\\') {
        text.append('\\').append((char) octet);
      } else if (octet > ' ' && octet < 127) {
        text.append((char) octet);
      } else {
        text.append('\\').append((char) ('0' + octet / 100));
        text.append((char) ('0' + octet / 10 % 10)).append((char) ('0' + octet % 10));
      }
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DomainName name && hash == name.hash && Arrays.equals(wire, name.wire);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /**
   * The order of the octets in wire form. It has no meaning, but is there: a hash map whose keys
   * somebody made to collide then still finds them in logarithmic time.
   */
  @Override
  public int compareTo(DomainName other) {
    return Arrays.compareUnsigned(wire, other.wire);
  }

  /** The labels joined by dots; {@code .} for the root. */
  @Override
  public String toString() {
    return wire[0] == 0 ? "." : String.join(".", labels());
  }
}
