// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names, the addresses and the links between them; a node lives as long as its last link. What
 * belongs to one scope is never linked to what belongs to another.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> none of its own: {@link Eviction} makes room before anything is added.
 */
final class NameGraph {
  /** By {@link #key}. */
  private final Map<Object, NameNode> names = new HashMap<>();

  /** By {@link #key}. */
  private final Map<Object, AddressNode> addresses = new HashMap<>();

  private int aliasLinks;
  private int addressLinks;
  private int generation;

  private record Scoped(int scope, Object of) {}

  /** What stands for a name or an address of this scope. */
  private static Object key(int scope, Object of) {
    return scope == DnsCache.ANYONE ? of : new Scoped(scope, of);
  }

  @Nullable NameNode name(int scope, DomainName name) {
    return names.get(key(scope, name));
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

  @Nullable AliasLink alias(int scope, DomainName owner, DomainName target) {
    NameNode from = name(scope, owner);
    NameNode to = name(scope, target);
    return from == null || to == null ? null : find(from, from.aliases, to, to.incoming);
  }

  @Nullable AddressLink address(int scope, DomainName owner, IpAddress address) {
    NameNode from = name(scope, owner);
    AddressNode to = node(scope, address);
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
  AliasLink addAlias(
      int scope, DomainName owner, DomainName target, long expiryNs, NameMatcher matcher) {
    NameNode from = nodeOf(scope, owner, matcher);
    NameNode to = owner.equals(target) ? from : nodeOf(scope, target, matcher);
    AliasLink link = new AliasLink(from, to, expiryNs);
    names.put(key(scope, owner), from);
    names.put(key(scope, target), to);
    from.aliases.add(link);
    to.incoming.add(link);
    link.isAttached = true;
    aliasLinks++;
    return link;
  }

  /** Adds the name and the address where they are new. If the matcher throws, nothing is added. */
  AddressLink addAddress(
      int scope, DomainName owner, IpAddress address, long expiryNs, NameMatcher matcher) {
    NameNode from = nodeOf(scope, owner, matcher);
    AddressNode to =
        addresses.computeIfAbsent(key(scope, address), unused -> new AddressNode(scope, address));
    AddressLink link = new AddressLink(from, to, expiryNs);
    names.put(key(scope, owner), from);
    from.addresses.add(link);
    to.incoming.add(link);
    link.isAttached = true;
    addressLinks++;
    return link;
  }

  /** Drops an address that nothing leads to, unless it is kept. */
  void dropIfBare(AddressNode address) {
    if (address.incoming.isEmpty() && !address.isKept()) {
      addresses.remove(key(address.scope, address.address));
    }
  }

  @Nullable AddressNode node(int scope, IpAddress address) {
    return addresses.get(key(scope, address));
  }

  /** Another one each time that everything was forgotten. */
  int generation() {
    return generation;
  }

  /** Forgets everything; no link of before may be used again. */
  void clear() {
    generation++;
    names.clear();
    addresses.clear();
    aliasLinks = 0;
    addressLinks = 0;
  }

  private NameNode nodeOf(int scope, DomainName name, NameMatcher matcher) {
    NameNode known = name(scope, name);
    return known != null ? known : new NameNode(scope, name, NameNode.setsOf(name, matcher));
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
      remove(link.owner);
    }
    if (link instanceof AliasLink alias && alias.target.isBare()) {
      remove(alias.target);
    } else if (link instanceof AddressLink address) {
      dropIfBare(address.target);
    }
    return before - names.size();
  }

  private void remove(NameNode name) {
    names.remove(key(name.scope, name.name));
  }
}
