// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.selector.Selector;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a selector picked, for good.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param selector null for all that have a port with a name
 */
record Selection(@Nullable Selector selector, List<Member> members, AddressRanges addresses) {
  static Selection of(@Nullable Selector selector, Collection<Member> members) {
    return new Selection(
        selector,
        List.copyOf(members),
        AddressRanges.of(members.stream().flatMap(member -> member.nets().stream()).toList()));
  }

  /** The domain patterns of the sets among them. */
  Set<DomainPattern> domains() {
    Set<DomainPattern> domains = new LinkedHashSet<>();
    members.forEach(member -> domains.addAll(member.domains()));
    return domains;
  }
}
