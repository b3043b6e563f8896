// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The links of one answer, in numbers: there is no object for any of them. Names are numbers too,
 * each different name of the answer has one; the question's name, if there are links at all, is
 * name 0.
 *
 * <p><b>Threading:</b> confined to one thread at a time; a hand-over has to order the two.
 *
 * <p><b>Ownership:</b> owned by whoever fills it, for an answer from the network the {@link
 * DnsMessage} that decodes it, and valid until it is filled again. {@link #octets} is borrowed.
 *
 * <p><b>Bounds:</b> grows to the largest answer, and goes back to {@value #KEPT_LINKS} links or
 * {@value #KEPT_OCTETS} octets of names with the first answer after a larger one. Allocates nothing
 * for answers within that, once it has grown.
 */
@HotPath
public final class AnswerLinks {
  private static final int FIRST_LINKS = 16;
  private static final int KEPT_LINKS = 512;
  private static final int FIRST_NAMES = 8;
  private static final int FIRST_OCTETS = 256;
  private static final int KEPT_OCTETS = 8_192;

  /** Stands in {@link #targets} for a link to an address. */
  private static final int NO_TARGET = -1;

  private int[] owners = new int[FIRST_LINKS];
  private int[] targets = new int[FIRST_LINKS];
  private long[] addressHi = new long[FIRST_LINKS];
  private long[] addressLo = new long[FIRST_LINKS];
  private long[] ttlSeconds = new long[FIRST_LINKS];
  private int size;

  private byte[] octets = new byte[FIRST_OCTETS];
  private int[] nameEnds = new int[FIRST_NAMES];
  private int names;

  /** No links. */
  public AnswerLinks() {}

  /** The links that these edges are, in their order. */
  public static AnswerLinks of(List<? extends Edge> edges) {
    AnswerLinks links = new AnswerLinks();
    links.fill(edges);
    return links;
  }

  /** Replaces the content by these edges, in their order. Allocates. */
  public void fill(List<? extends Edge> edges) {
    clear();
    Map<DomainName, Integer> numbers = new HashMap<>();
    for (Edge edge : edges) {
      int owner = numbers.computeIfAbsent(edge.owner(), this::addName);
      if (edge instanceof AliasEdge alias) {
        int target = numbers.computeIfAbsent(alias.target(), this::addName);
        addAlias(owner, target, alias.ttlSeconds());
      } else if (edge instanceof AddressEdge to) {
        addAddress(owner, to.address().hi(), to.address().lo(), to.ttlSeconds());
      }
    }
  }

  /** Replaces the content by a copy of the other's. */
  public void copy(AnswerLinks from) {
    clear();
    ensureLinks(from.size);
    System.arraycopy(from.owners, 0, owners, 0, from.size);
    System.arraycopy(from.targets, 0, targets, 0, from.size);
    System.arraycopy(from.addressHi, 0, addressHi, 0, from.size);
    System.arraycopy(from.addressLo, 0, addressLo, 0, from.size);
    System.arraycopy(from.ttlSeconds, 0, ttlSeconds, 0, from.size);
    size = from.size;
    for (int name = 0; name < from.names; name++) {
      addName(from.octets, from.nameStart(name), from.nameEnd(name));
    }
  }

  /** Replaces the content by nothing. */
  void clear() {
    size = 0;
    names = 0;
    if (owners.length > KEPT_LINKS) {
      resizeLinks(FIRST_LINKS);
    }
    if (octets.length > KEPT_OCTETS) {
      octets = new byte[FIRST_OCTETS];
      nameEnds = new int[FIRST_NAMES];
    }
  }

  /** Takes up a name in canonical wire form that is not there yet; returns its number. */
  int addName(byte[] from, int start, int end) {
    int at = roomForName(end - start);
    System.arraycopy(from, start, octets, at, end - start);
    return names - 1;
  }

  private int addName(DomainName name) {
    return addName(name.wire(), 0, name.wire().length);
  }

  /** Where the octets of the next name go. */
  private int roomForName(int length) {
    int start = names == 0 ? 0 : nameEnds[names - 1];
    if (names == nameEnds.length) {
      nameEnds = Arrays.copyOf(nameEnds, 2 * names);
    }
    if (octets.length - start < length) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, start + length));
    }
    nameEnds[names++] = start + length;
    return start;
  }

  void addAlias(int owner, int target, long ttl) {
    add(owner, target, 0, 0, ttl);
  }

  void addAddress(int owner, long hi, long lo, long ttl) {
    add(owner, NO_TARGET, hi, lo, ttl);
  }

  private void add(int owner, int target, long hi, long lo, long ttl) {
    ensureLinks(size + 1);
    owners[size] = owner;
    targets[size] = target;
    addressHi[size] = hi;
    addressLo[size] = lo;
    ttlSeconds[size++] = ttl;
  }

  private void ensureLinks(int count) {
    if (count > owners.length) {
      resizeLinks(Math.max(count, 2 * owners.length));
    }
  }

  private void resizeLinks(int capacity) {
    owners = Arrays.copyOf(owners, capacity);
    targets = Arrays.copyOf(targets, capacity);
    addressHi = Arrays.copyOf(addressHi, capacity);
    addressLo = Arrays.copyOf(addressLo, capacity);
    ttlSeconds = Arrays.copyOf(ttlSeconds, capacity);
  }

  /** How many links there are, nearest to the question first. */
  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** Whether this link leads to another name; else it leads to an address. */
  public boolean isAlias(int link) {
    return targets[link] != NO_TARGET;
  }

  /** The number of the name that the link leads on from. */
  public int owner(int link) {
    return owners[link];
  }

  /** The number of the name that an alias leads to. */
  public int target(int link) {
    return targets[link];
  }

  /** The first half of the address that a link leads to which is no alias. */
  public long addressHi(int link) {
    return addressHi[link];
  }

  /** The second half of the address that a link leads to which is no alias. */
  public long addressLo(int link) {
    return addressLo[link];
  }

  /** As {@link Edge#ttlSeconds}. */
  public long ttlSeconds(int link) {
    return ttlSeconds[link];
  }

  /** How many different names the links have. */
  public int names() {
    return names;
  }

  /**
   * The octets of all names, each in canonical wire form (lower case, uncompressed) from {@link
   * #nameStart} to {@link #nameEnd}. Not to be changed or kept.
   */
  public byte[] octets() {
    return octets;
  }

  public int nameStart(int name) {
    return name == 0 ? 0 : nameEnds[name - 1];
  }

  public int nameEnd(int name) {
    return nameEnds[name];
  }

  /** A name as a value that may be kept. Allocates. */
  public DomainName name(int name) {
    return DomainName.ofWire(octets, nameStart(name), nameEnd(name));
  }

  /** The links as values that may be kept. Allocates. */
  public List<Edge> toEdges() {
    @Nullable DomainName[] made = new @Nullable DomainName[names];
    List<Edge> edges = new ArrayList<>(size);
    for (int link = 0; link < size; link++) {
      DomainName owner = name(owners[link], made);
      edges.add(
          isAlias(link)
              ? new AliasEdge(owner, name(targets[link], made), ttlSeconds[link])
              : new AddressEdge(
                  owner, new IpAddress(addressHi[link], addressLo[link]), ttlSeconds[link]));
    }
    return List.copyOf(edges);
  }

  private DomainName name(int number, @Nullable DomainName[] made) {
    DomainName name = made[number];
    if (name == null) {
      name = name(number);
      made[number] = name;
    }
    return name;
  }
}
