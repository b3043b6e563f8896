// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpAddress;
import java.util.List;

/**
 * An endpoint of this node that flows are decided for.
 *
 * @param id index into {@link CompiledPolicy#endpoints}
 * @param namespace empty for host endpoints
 * @param interfaceName of a host endpoint also {@code *} for every interface without one of its
 *     own, or empty for the interface that has one of the addresses, which the daemon finds out
 * @param addresses a workload's own addresses; a host endpoint's expected ones
 * @param governed whether a policy governs what this endpoint opens; without one, profiles and the
 *     default decide
 * @param governedForward whether a policy governs what is forwarded out of this host endpoint;
 *     without one, that is allowed
 * @param usesDomains whether a rule for this endpoint refers to names, so that an answer from DNS
 *     can change a decision
 */
public record Endpoint(
    int id,
    Kind kind,
    String name,
    String namespace,
    String interfaceName,
    List<IpAddress> addresses,
    boolean governed,
    boolean governedForward,
    boolean usesDomains) {
  /** The two kinds of endpoint. */
  public enum Kind {
    /** Behind an interface of this node: what comes in through it is judged. */
    WORKLOAD,
    /** The node's own: what leaves through its interface is judged. */
    HOST
  }

  /** The interface name of a host endpoint that stands for every interface. */
  public static final String ALL_INTERFACES = "*";
}
