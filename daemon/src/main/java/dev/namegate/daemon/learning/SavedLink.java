// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import dev.namegate.packet.dns.Edge;

/**
 * A link as it stands in the file.
 *
 * @param edge the names and the address; its TTL has no meaning here
 * @param client what the client is called that it was learnt for
 * @param remainingMs how much longer it lasted when it was saved
 */
record SavedLink(Edge edge, String client, long remainingMs) {}
