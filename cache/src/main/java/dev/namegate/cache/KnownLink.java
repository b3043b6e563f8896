// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.dns.Edge;

/**
 * A link as it was known at one moment.
 *
 * @param edge the names and the address; its TTL has no meaning here
 * @param client whom it is charged to
 * @param remainingNs how much longer it lasts, more than 0
 */
public record KnownLink(Edge edge, int client, long remainingNs) {}
