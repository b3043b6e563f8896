// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;

/**
 * An A or AAAA record, or an address hint of an HTTPS or SVCB record: the owner has this address.
 *
 * <p>An AAAA record of an IPv4-mapped address has the IPv4 address here: a socket that connects to
 * it sends IPv4 packets.
 */
public record AddressEdge(DomainName owner, IpAddress address, long ttlSeconds) implements Edge {}
