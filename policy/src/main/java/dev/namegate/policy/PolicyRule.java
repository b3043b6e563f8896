// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One egress rule; all criteria that are present must hold.
 *
 * @param ipVersion 4, 6, or 0 for both
 * @param protocol a number, or -1 for any
 * @param notProtocol a number, or -1
 * @param icmp matched if not null
 * @param notIcmp must not match if not null
 */
record PolicyRule(
    Action action,
    int ipVersion,
    int protocol,
    int notProtocol,
    @Nullable Icmp icmp,
    @Nullable Icmp notIcmp,
    Entity source,
    Entity destination) {
  enum Action {
    ALLOW,
    DENY,
    PASS,
    LOG
  }

  /**
   * An ICMP type and code.
   *
   * @param code -1 for any
   */
  record Icmp(int type, int code) {}

  /**
   * One side of a flow.
   *
   * @param selector over endpoints and network sets, its scope included; null if absent
   * @param notSelector over the same; null if absent
   */
  record Entity(
      List<Net> nets,
      List<Net> notNets,
      List<Ports> ports,
      List<Ports> notPorts,
      @Nullable Selector selector,
      @Nullable Selector notSelector,
      List<DomainPattern> domains) {
    static final Entity ANY =
        new Entity(List.of(), List.of(), List.of(), List.of(), null, null, List.of());

    boolean isAny() {
      return equals(ANY);
    }
  }
}
