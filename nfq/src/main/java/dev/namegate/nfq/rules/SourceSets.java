// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The two sets of (network, interface) pairs that workloads may send from; rules in the raw table
 * drop what carries any other source.
 *
 * <p><b>Threading:</b> confined to one thread at a time; runs commands, so it blocks.
 *
 * <p><b>Ordering:</b> a new content is built beside the old and swapped in: at every moment a
 * packet is judged by one of the two, whole. A set outlives this process; until {@link #replace} is
 * called it keeps what a predecessor put into it.
 *
 * <p><b>Bounds:</b> {@value #MAX_ENTRIES} entries a family, {@value #MAX_INTERFACES_PER_NET}
 * interfaces with one network (the kernel's limit).
 */
public final class SourceSets {
  /** Above any node's number of workloads; an entry takes some 100 bytes. */
  static final int MAX_ENTRIES = 65_536;

  /**
   * How many interfaces the kernel lets share a network.
   *
   * @spec https://ipset.netfilter.org/ipset.man.html ipset(8), hash:net,iface
   */
  static final int MAX_INTERFACES_PER_NET = 64;

  private static final String TYPE = "hash:net,iface";

  private final IpsetCommands ipset;

  public SourceSets(CommandRunner runner) {
    this(new IpsetCommands(runner, Thread::sleep));
  }

  SourceSets(IpsetCommands ipset) {
    this.ipset = ipset;
  }

  /**
   * Makes these pairs the content of the sets, both families; creates the sets if need be.
   *
   * @return whether anything changed
   * @throws IllegalArgumentException if there are too many; the sets are unchanged
   */
  public boolean replace(Collection<SourceAddress> sources) throws KernelRulesException {
    checkSharing(sources);
    StringBuilder script = new StringBuilder();
    Map<String, Set<String>> held = read();
    for (IpFamily family : IpFamily.ALL) {
      Set<String> entries = new TreeSet<>();
      sources.stream()
          .filter(source -> source.net().family() == family)
          .forEach(source -> entries.add(entry(source)));
      checkSize(entries.size());
      script.append(replaceScript(family, entries, held));
    }
    ipset.restore(script.toString());
    return !script.isEmpty();
  }

  private static void checkSize(int entries) {
    if (entries > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          entries + " source addresses of one family, max=" + MAX_ENTRIES);
    }
  }

  private static void checkSharing(Collection<SourceAddress> sources) {
    Map<Cidr, Integer> interfaces = new HashMap<>();
    for (SourceAddress source : Set.copyOf(sources)) {
      if (interfaces.merge(source.net(), 1, Integer::sum) > MAX_INTERFACES_PER_NET) {
        throw new IllegalArgumentException(
            source.net()
                + " is the source of more than "
                + MAX_INTERFACES_PER_NET
                + " workload interfaces, which the kernel's set cannot hold");
      }
    }
  }

  private static String replaceScript(
      IpFamily family, Set<String> entries, Map<String, Set<String>> held) {
    String set = RuleNames.sourceSet(family);
    String next = RuleNames.nextSourceSet(family);
    if (entries.equals(held.get(set))) {
      return held.containsKey(next) ? "destroy " + next + "\n" : "";
    }
    StringBuilder script = new StringBuilder();
    if (!held.containsKey(set)) {
      script.append(create(set, family));
    }
    if (held.containsKey(next)) {
      script.append("destroy ").append(next).append('\n');
    }
    script.append(create(next, family));
    entries.forEach(
        entry -> script.append("add ").append(next).append(' ').append(entry).append('\n'));
    script.append("swap ").append(next).append(' ').append(set).append('\n');
    return script.append("destroy ").append(next).append('\n').toString();
  }

  private static String create(String set, IpFamily family) {
    return "create "
        + set
        + " "
        + TYPE
        + " family "
        + family.ipsetFamily()
        + " maxelem "
        + MAX_ENTRIES
        + "\n";
  }

  /** Those of these sets that are ours, by name. */
  static List<String> ours(List<IpsetCommands.Header> held) {
    return held.stream()
        .filter(header -> isOurs(header.name(), header.type()))
        .map(IpsetCommands.Header::name)
        .sorted()
        .toList();
  }

  /**
   * Creates those of the sets that do not exist, empty, and returns their names.
   *
   * @param held all sets there are
   */
  List<String> create(List<IpsetCommands.Header> held) throws KernelRulesException {
    List<String> names = ours(held);
    List<String> created = new ArrayList<>();
    StringBuilder script = new StringBuilder();
    for (IpFamily family : IpFamily.ALL) {
      String set = RuleNames.sourceSet(family);
      if (!names.contains(set)) {
        script.append(create(set, family));
        created.add(set);
      }
    }
    ipset.restore(script.toString());
    return created;
  }

  /** Destroys our sets and returns their names. No rule may use them any more. */
  List<String> destroy() throws KernelRulesException {
    return destroy(ours(ipset.headers()));
  }

  List<String> destroy(List<String> names) throws KernelRulesException {
    for (String name : names) {
      ipset.destroy(name);
    }
    return names;
  }

  /** Our sets that exist, with their entries as {@link #entry} writes them. */
  private Map<String, Set<String>> read() throws KernelRulesException {
    List<String> names = ours(ipset.headers());
    List<String> saved = ipset.save(names);
    Map<String, Set<String>> sets = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      sets.put(names.get(i), entries(saved.get(i)));
    }
    return sets;
  }

  private static Set<String> entries(String saved) {
    Set<String> entries = new HashSet<>();
    for (String line : (Iterable<String>) saved.lines()::iterator) {
      String[] words = line.split(" ", 4);
      if (words.length > 2 && words[0].equals("add")) {
        entries.add(canonical(words[2]));
      }
    }
    return entries;
  }

  private static boolean isOurs(String name, String type) {
    return type.equals(TYPE)
        && IpFamily.ALL.stream()
            .anyMatch(
                family ->
                    name.equals(RuleNames.sourceSet(family))
                        || name.equals(RuleNames.nextSourceSet(family)));
  }

  private static String entry(SourceAddress source) {
    return source.net() + "," + source.interfaceName();
  }

  /** The entry as we write it: {@code ipset} leaves out the prefix length of a single address. */
  private static String canonical(String saved) {
    int comma = saved.indexOf(',');
    return comma < 0 ? saved : Cidr.parse(saved.substring(0, comma)) + saved.substring(comma);
  }
}
