// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;

/** A CNAME record: the owner is an alias of the target. */
public record AliasEdge(DomainName owner, DomainName target, long ttlSeconds) implements Edge {}
