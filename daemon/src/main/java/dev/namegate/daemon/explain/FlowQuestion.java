// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.packet.IpAddress;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A flow that somebody asks about.
 *
 * @param endpoint name, namespace/name or interface of an endpoint; null for the host itself
 * @param destination an address or a name, as written
 * @param source null for the endpoint's own address
 * @param forwarded whether the host forwards it out of a host endpoint
 */
public record FlowQuestion(
    @Nullable String endpoint,
    int protocol,
    String destination,
    int port,
    @Nullable IpAddress source,
    int sourcePort,
    OptionalInt icmpType,
    OptionalInt icmpCode,
    boolean forwarded) {}
