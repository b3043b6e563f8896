// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.dns.AnswerLinks;
import java.util.Arrays;

/**
 * A name of a scope that may be known or not: what {@link Names} is asked for.
 *
 * <p>It remembers what {@link Names} found for as long as no name comes or goes there: learning a
 * link asks several times, and the links of an answer are often of one name.
 *
 * <p><b>Ownership:</b> refilled name by name; the octets are borrowed. Of one {@link Names}.
 */
final class NameKey {
  private static final byte[] NONE = {};
  private static final long NEVER = -1;

  private int scope;
  private byte[] octets = NONE;
  private int from;
  private int to;

  /** What {@link Names#find} has found, when its names were those of this moment. */
  private int found;

  private long foundAt = NEVER;

  void of(int scope, AnswerLinks answer, int name) {
    of(scope, answer.octets(), answer.nameStart(name), answer.nameEnd(name));
  }

  void of(int scope, DomainName name) {
    byte[] wire = name.wire();
    of(scope, wire, 0, wire.length);
  }

  private void of(int scope, byte[] octets, int from, int to) {
    this.scope = scope;
    this.octets = octets;
    this.from = from;
    this.to = to;
    foundAt = NEVER;
  }

  /** Stands for the name that the other stands for. */
  void of(NameKey other) {
    of(other.scope, other.octets, other.from, other.to);
    found = other.found;
    foundAt = other.foundAt;
  }

  /** Whether {@link #found} is true still. */
  boolean isFound(long changes) {
    return foundAt == changes;
  }

  int found() {
    return found;
  }

  void found(int name, long changes) {
    found = name;
    foundAt = changes;
  }

  int scope() {
    return scope;
  }

  byte[] octets() {
    return octets;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  boolean isSameAs(NameKey other) {
    return scope == other.scope
        && Arrays.equals(octets, from, to, other.octets, other.from, other.to);
  }

  /** {@link Names#setsOf} of the name. */
  int[] setsFrom(NameMatcher matcher) {
    return Names.setsOf(octets, from, to, matcher);
  }
}
