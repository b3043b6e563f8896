// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;

/** A CNAME record, or an HTTPS or SVCB record with a target: the owner leads to the target. */
public record AliasEdge(DomainName owner, DomainName target, long ttlSeconds) implements Edge {}
