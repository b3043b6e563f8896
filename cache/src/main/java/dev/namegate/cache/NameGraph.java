// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;

/**
 * The names, the addresses and the links between them; what they lead to lives as long as its last
 * link. What belongs to one scope is never linked to what belongs to another.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> none of its own: {@link Eviction} makes room before anything is added.
 */
final class NameGraph {
  /**
   * An answer asks for the links of one name again and again, so those are at hand; those of other
   * names, which lead to the same address, are not.
   */
  private static final int OUTGOING_STEPS = 16;

  final Links links = new Links();
  final Addresses addresses = new Addresses();
  final Names names = new Names(links);
  private int aliasLinks;
  private int addressLinks;
  private int generation;

  /** The name that the answer in hand added last; 0 if none. */
  private int newest;

  /** The name; 0 if it is not known. */
  int name(NameKey key) {
    return names.find(key);
  }

  /** For tests and rare use. */
  int name(int scope, DomainName name) {
    NameKey key = new NameKey();
    key.of(scope, name);
    return names.find(key);
  }

  int aliasLinks() {
    return aliasLinks;
  }

  int addressLinks() {
    return addressLinks;
  }

  /** The alias link between the two; 0 if there is none. */
  int alias(int from, int to) {
    boolean isIncoming = names.incoming.size(to) < names.aliases.size(from);
    LinkLists shorter = isIncoming ? names.incoming : names.aliases;
    for (int link = shorter.first(isIncoming ? to : from); link != 0; link = shorter.next(link)) {
      if (links.owner(link) == from && links.target(link) == to) {
        return link;
      }
    }
    return 0;
  }

  /** The link of the name to the address; 0 if there is none. */
  int address(int from, int to) {
    int incoming = addresses.firstIncoming(to);
    int outgoing = names.addresses.first(from);
    while (incoming != 0 && outgoing != 0) { // ends with the shorter of the two, so to say
      for (int i = 0; i < OUTGOING_STEPS && outgoing != 0; i++) {
        if (links.target(outgoing) == to) {
          return outgoing;
        }
        outgoing = links.next(outgoing, false);
      }
      if (links.owner(incoming) == from) {
        return incoming;
      }
      incoming = links.next(incoming, true);
    }
    return 0;
  }

  /** The same for an answer in hand, which may have added the name. */
  int addressInAnswer(int from, int to) {
    if (from != newest) {
      return address(from, to);
    }
    int link = addressOfNewest(to);
    assert link == address(from, to);
    return link;
  }

  /**
   * All links of a name that this answer added are its as well: they are pinned, and stand before
   * those from earlier answers among the links that lead to the address.
   */
  private int addressOfNewest(int to) {
    int link = addresses.firstIncoming(to);
    while (link != 0 && links.isPinned(link)) {
      if (links.owner(link) == newest) {
        return link;
      }
      link = links.next(link, true);
    }
    return 0;
  }

  /** The next answer begins. */
  void forgetNewest() {
    newest = 0;
  }

  private int addName(NameKey key, int[] sets) {
    newest = names.add(key, sets);
    return newest;
  }

  /** Adds the names where they are new. If the matcher throws, nothing is added. */
  int addAlias(NameKey owner, NameKey target, long expiryNs, NameMatcher matcher) {
    int from = name(owner);
    int to = name(target);
    boolean isLoop = owner.isSameAs(target);
    int[] fromSets = from == 0 ? owner.setsFrom(matcher) : OwnSets.NONE;
    int[] toSets = to == 0 && !isLoop ? target.setsFrom(matcher) : OwnSets.NONE;
    if (from == 0) {
      from = addName(owner, fromSets);
    }
    if (isLoop) {
      to = from;
    } else if (to == 0) {
      to = addName(target, toSets);
    }
    int link = links.add(true, from, to, expiryNs);
    names.aliases.add(from, link);
    names.incoming.add(to, link);
    aliasLinks++;
    return link;
  }

  /** Adds the name and the address where they are new. If the matcher throws, nothing is added. */
  int addAddress(NameKey owner, long hi, long lo, long expiryNs, NameMatcher matcher) {
    int from = name(owner);
    if (from == 0) {
      from = addName(owner, owner.setsFrom(matcher));
    }
    int to = addresses.findOrAdd(owner.scope(), hi, lo);
    int link = links.add(false, from, to, expiryNs);
    names.addresses.add(from, link);
    addresses.firstIncoming(to, links.addFirst(addresses.firstIncoming(to), link, true));
    addressLinks++;
    return link;
  }

  /** Drops an address that nothing leads to, unless it is kept. */
  void dropIfBare(int address) {
    if (addresses.firstIncoming(address) == 0 && !addresses.isKept(address)) {
      addresses.remove(address);
    }
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
    links.clear();
    aliasLinks = 0;
    addressLinks = 0;
  }

  /** Takes the link out of its two lists. What it led to stays until {@link #dropBareNodes}. */
  void detach(int link) {
    int owner = links.owner(link);
    if (links.isAlias(link)) {
      names.aliases.remove(owner, link);
      names.incoming.remove(links.target(link), link);
      aliasLinks--;
    } else {
      names.addresses.remove(owner, link);
      int address = links.target(link);
      addresses.firstIncoming(address, links.remove(addresses.firstIncoming(address), link, true));
      addressLinks--;
    }
    links.detach(link);
  }

  /**
   * Drops the ends of a detached link that have no other link, and the link itself, if the
   * publisher does not wait for it. Returns how many names went.
   */
  int dropBareNodes(int link) {
    int before = names.size();
    int owner = links.owner(link);
    boolean isAlias = links.isAlias(link);
    int target = links.target(link);
    if (names.isBare(owner)) {
      names.remove(owner);
    }
    if (!isAlias) {
      dropIfBare(target);
    } else if (target != owner && names.isBare(target)) {
      names.remove(target);
    }
    if (!links.isUnpublished(link)) {
      links.free(link);
    }
    return before - names.size();
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return links.octetsOutside() + addresses.octetsOutside() + names.octetsOutside();
  }
}
