// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;

/**
 * What a DNS message asks.
 *
 * @param type the QTYPE's number, see {@link DnsTypes}
 * @param dnsClass the QCLASS's number
 * @spec https://www.rfc-editor.org/rfc/rfc1035#section-4.1.2 RFC 1035 §4.1.2
 */
public record Question(DomainName name, int type, int dnsClass) {
  /** As {@code dig} shows it: name, class, type. */
  @Override
  public String toString() {
    return name + " " + DnsTypes.className(dnsClass) + " " + DnsTypes.name(type);
  }
}
