// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.dns.AnswerLinks;
import java.util.Collection;
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
  private static final int[] NONE = {};

  private final NameTable names = new NameTable();
  private final AddressNodes addresses = new AddressNodes();
  private int aliasLinks;
  private int addressLinks;
  private int generation;

  @Nullable NameNode name(int scope, DomainName name) {
    byte[] wire = name.wire();
    return names.find(scope, wire, 0, wire.length);
  }

  /** The node of a name of this answer; null if it is not known. */
  @Nullable NameNode name(int scope, AnswerLinks links, int name) {
    return names.find(scope, links.octets(), links.nameStart(name), links.nameEnd(name));
  }

  Collection<NameNode> names() {
    return names;
  }

  Collection<AddressNode> addresses() {
    return addresses;
  }

  int aliasLinks() {
    return aliasLinks;
  }

  int addressLinks() {
    return addressLinks;
  }

  @Nullable AliasLink alias(@Nullable NameNode owner, @Nullable NameNode target) {
    return owner == null || target == null
        ? null
        : find(owner, owner.aliases, target, target.incoming);
  }

  @Nullable AddressLink address(@Nullable NameNode owner, @Nullable AddressNode target) {
    return owner == null || target == null
        ? null
        : find(owner, owner.addresses, target, target.incoming);
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
    NameNode from = name(scope, owner);
    int[] ownerSets = from == null ? NameNode.setsOf(owner, matcher) : NONE;
    NameNode to = name(scope, target);
    if (to == null && !owner.equals(target)) {
      to = new NameNode(scope, target, NameNode.setsOf(target, matcher));
      names.put(to);
    }
    if (from == null) {
      from = new NameNode(scope, owner, ownerSets);
      names.put(from);
    }
    AliasLink link = new AliasLink(from, to == null ? from : to, expiryNs);
    link.owner.aliases.add(link);
    link.target.incoming.add(link);
    link.isAttached = true;
    aliasLinks++;
    return link;
  }

  /** Adds the name and the address where they are new. If the matcher throws, nothing is added. */
  AddressLink addAddress(
      int scope, DomainName owner, long hi, long lo, long expiryNs, NameMatcher matcher) {
    NameNode from = name(scope, owner);
    if (from == null) {
      from = new NameNode(scope, owner, NameNode.setsOf(owner, matcher));
      names.put(from);
    }
    AddressNode to = node(scope, hi, lo);
    if (to == null) {
      to = new AddressNode(scope, hi, lo);
      addresses.put(to);
    }
    AddressLink link = new AddressLink(from, to, expiryNs);
    from.addresses.add(link);
    to.incoming.add(link);
    link.isAttached = true;
    addressLinks++;
    return link;
  }

  /** Drops an address that nothing leads to, unless it is kept. */
  void dropIfBare(AddressNode address) {
    if (address.incoming.isEmpty() && !address.isKept()) {
      addresses.remove(address);
    }
  }

  @Nullable AddressNode node(int scope, long hi, long lo) {
    return addresses.find(scope, hi, lo);
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
    names.remove(name);
  }
}
