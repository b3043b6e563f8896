// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names, the addresses and the links between them; a node lives as long as its last link.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> none of its own: {@link Eviction} makes room before anything is added.
 */
final class NameGraph {
  private final Map<DomainName, NameNode> names = new HashMap<>();
  private final Map<IpAddress, AddressNode> addresses = new HashMap<>();
  private int aliasLinks;
  private int addressLinks;

  @Nullable NameNode name(DomainName name) {
    return names.get(name);
  }

  Collection<NameNode> names() {
    return names.values();
  }

  Collection<AddressNode> addresses() {
    return addresses.values();
  }

  int aliasLinks() {
    return aliasLinks;
  }

  int addressLinks() {
    return addressLinks;
  }

  @Nullable AliasLink alias(DomainName owner, DomainName target) {
    NameNode from = names.get(owner);
    NameNode to = names.get(target);
    return from == null || to == null ? null : find(from, from.aliases, to, to.incoming);
  }

  @Nullable AddressLink address(DomainName owner, IpAddress address) {
    NameNode from = names.get(owner);
    AddressNode to = addresses.get(address);
    return from == null || to == null ? null : find(from, from.addresses, to, to.incoming);
  }

  /** Looks in the shorter of the two lists that the link would stand in. */
  private static <L extends Link> @Nullable L find(
      NameNode from, LinkList<L> outgoing, Node to, LinkList<L> incoming) {
    LinkList<L> shorter = outgoing.size() <= incoming.size() ? outgoing : incoming;
    for (L link = shorter.first(); link != null; link = shorter.next(link)) {
      if (link.owner == from && link.target() == to) {
        return link;
      }
    }
    return null;
  }

  /** Adds the names where they are new. If the matcher throws, nothing is added. */
  AliasLink addAlias(DomainName owner, DomainName target, long expiryNs, NameMatcher matcher) {
    NameNode from = nodeOf(owner, matcher);
    NameNode to = owner.equals(target) ? from : nodeOf(target, matcher);
    AliasLink link = new AliasLink(from, to, expiryNs);
    names.put(from.name, from);
    names.put(to.name, to);
    from.aliases.add(link);
    to.incoming.add(link);
    link.isAttached = true;
    aliasLinks++;
    return link;
  }

  /** Adds the name and the address where they are new. If the matcher throws, nothing is added. */
  AddressLink addAddress(DomainName owner, IpAddress address, long expiryNs, NameMatcher matcher) {
    NameNode from = nodeOf(owner, matcher);
    AddressNode to = addresses.computeIfAbsent(address, AddressNode::new);
    AddressLink link = new AddressLink(from, to, expiryNs);
    names.put(from.name, from);
    from.addresses.add(link);
    to.incoming.add(link);
    link.isAttached = true;
    addressLinks++;
    return link;
  }

  /** Drops an address that nothing leads to, unless it is kept. */
  void dropIfBare(AddressNode address) {
    if (address.incoming.isEmpty() && !address.isKept()) {
      addresses.remove(address.address);
    }
  }

  @Nullable AddressNode node(IpAddress address) {
    return addresses.get(address);
  }

  /** Forgets everything; no link of before may be used again. */
  void clear() {
    names.clear();
    addresses.clear();
    aliasLinks = 0;
    addressLinks = 0;
  }

  private NameNode nodeOf(DomainName name, NameMatcher matcher) {
    NameNode known = names.get(name);
    return known != null ? known : new NameNode(name, NameNode.setsOf(name, matcher));
  }

  /** Takes the link out of its two lists. Its nodes stay until {@link #dropBareNodes}. */
  void detach(Link link) {
    if (link instanceof AliasLink alias) {
      alias.owner.aliases.remove(alias);
      alias.target.incoming.remove(alias);
      aliasLinks--;
    } else if (link instanceof AddressLink address) {
      address.owner.addresses.remove(address);
      address.target.incoming.remove(address);
      addressLinks--;
    }
    link.isAttached = false;
  }

  /** Drops the ends of a detached link that have no other link. Returns how many names went. */
  int dropBareNodes(Link link) {
    int before = names.size();
    if (link.owner.isBare()) {
      names.remove(link.owner.name);
    }
    if (link instanceof AliasLink alias && alias.target.isBare()) {
      names.remove(alias.target.name);
    } else if (link instanceof AddressLink address) {
      dropIfBare(address.target);
    }
    return before - names.size();
  }
}
