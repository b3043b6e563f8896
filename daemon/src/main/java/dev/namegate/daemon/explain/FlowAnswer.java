// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.Explanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a flow to one address.
 *
 * @param flow such as {@code tcp 10.65.0.2 -> 203.0.113.7:443}
 * @param allow the whole decision
 * @param decidedBy the rule, or what of the kernel's rules comes before policy
 * @param names the learnt names that lead to the address
 * @param notes what the reader must know to trust this
 * @param way through the policy; null if policy is not asked
 */
public record FlowAnswer(
    IpAddress destination,
    String flow,
    boolean allow,
    String decidedBy,
    List<DomainName> names,
    List<String> notes,
    @Nullable Explanation way) {
  /** Keeps copies. */
  public FlowAnswer {
    names = List.copyOf(names);
    notes = List.copyOf(notes);
  }
}
