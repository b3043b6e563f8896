// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;

/** A record of an answer that leads from its owner to another name or to an address. */
public sealed interface Edge permits AliasEdge, AddressEdge {
  /** The largest TTL that a record can have: 31 bits. */
  long MAX_TTL_SECONDS = 0x7fff_ffffL;

  DomainName owner();

  /** As on the wire, but 0 where the wire has the top bit set (RFC 2181 §8). */
  long ttlSeconds();
}
