// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.KeyedHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The learnt names, each of one scope. A name is a number, its handle, and has a node for life: one
 * that was forgotten waits for the next new name, so that names that come and go leave no garbage
 * but their octets.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> as many nodes as there ever were names at a time.
 */
final class Names {
  private final KeyedHash keyed = new KeyedHash();
  private final HandleIndex index = new HandleIndex();

  /** The reverse edges: to each name, from those that it is an alias of. */
  final LinkLists incoming;

  final LinkLists aliases;
  final LinkLists addresses;

  private @Nullable NameNode[] nodes = new @Nullable NameNode[16];
  private int end = 1;
  private int firstFree;

  /** How often a name was forgotten. */
  private long removals;

  Names(Links links) {
    incoming = new LinkLists(links, true);
    aliases = new LinkLists(links, false);
    addresses = new LinkLists(links, false);
  }

  private int hash(int scope, byte[] octets, int from, int to) {
    long hash = keyed.mix(keyed.mix(keyed.seed(), scope), octets, from, to);
    return (int) (hash ^ (hash >>> 32));
  }

  /** The node of the name; null if it is not known. */
  @Nullable NameNode find(NameKey key) {
    int hash = hash(key.scope(), key.octets(), key.from(), key.to());
    for (int name = index.first(hash); name != 0; name = index.next(name, hash)) {
      NameNode node = at(name);
      if (key.is(node)) {
        return node;
      }
    }
    return null;
  }

  /** Adds a name that is not known. */
  NameNode add(int scope, DomainName name, int[] ownSets) {
    int handle = firstFree;
    NameNode node;
    if (handle != 0) {
      node = at(handle);
      firstFree = node.nextFree;
    } else {
      handle = end++;
      if (end > nodes.length) {
        nodes = Arrays.copyOf(nodes, nodes.length + nodes.length / 2);
      }
      incoming.ensure(end);
      aliases.ensure(end);
      addresses.ensure(end);
      node = new NameNode(handle);
      nodes[handle] = node;
    }
    node.begin(scope, name, ownSets);
    byte[] wire = name.wire();
    index.add(handle, hash(scope, wire, 0, wire.length));
    return node;
  }

  void remove(NameNode node) {
    removals++;
    index.remove(node.handle);
    node.end();
    node.nextFree = firstFree;
    firstFree = node.handle;
  }

  /** Whether it has no link at all. */
  boolean isBare(NameNode node) {
    return incoming.isEmpty(node) && aliases.isEmpty(node) && addresses.isEmpty(node);
  }

  /** The node of a handle that was given out. */
  @SuppressWarnings("NullAway") // handles below end have a node
  NameNode at(int handle) {
    return nodes[handle];
  }

  /** All handles are below. */
  int end() {
    return end;
  }

  int size() {
    return index.size();
  }

  /** Another one each time that a name was forgotten. */
  long removals() {
    return removals;
  }

  /** The names that are known, in no order. */
  List<NameNode> live() {
    List<NameNode> live = new ArrayList<>(size());
    for (int name = 1; name < end; name++) {
      if (at(name).isLive()) {
        live.add(at(name));
      }
    }
    return live;
  }

  void clear() {
    removals++;
    index.clear();
    incoming.clear();
    aliases.clear();
    addresses.clear();
    nodes = new @Nullable NameNode[16];
    end = 1;
    firstFree = 0;
  }

  /** The octets outside of the heap. */
  long octetsOutside() {
    return index.octetsOutside()
        + incoming.octetsOutside()
        + aliases.octetsOutside()
        + addresses.octetsOutside();
  }
}
