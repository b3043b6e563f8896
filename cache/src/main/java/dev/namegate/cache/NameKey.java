// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.dns.AnswerLinks;
import java.util.Arrays;

/**
 * A name of a scope that may be known or not: what {@link Names} is asked for.
 *
 * <p><b>Ownership:</b> refilled name by name; the octets are borrowed.
 */
final class NameKey {
  private static final byte[] NONE = {};

  private int scope;
  private byte[] octets = NONE;
  private int from;
  private int to;

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

  /** The name as a value that may be kept. Allocates. */
  DomainName name() {
    return DomainName.ofWire(octets, from, to);
  }
}
