// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.IpsetCommands.Header;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes, empties and destroys the accept sets; {@link dev.namegate.nfq.AcceptSetBatch} fills them.
 *
 * <p><b>Threading:</b> confined to one thread at a time; runs commands, so it blocks.
 *
 * <p><b>Ordering:</b> {@link #renew} makes an empty set beside the old and swaps it in: at every
 * moment a rule looks into one of the two, whole.
 *
 * <p><b>Bounds:</b> {@link RulesConfig#acceptSetEntries} a set. Its table has its whole size from
 * the start, for to grow one stops the data path for tens of milliseconds: 8 bytes an entry that
 * may come, 50 to 100 more for each that came.
 */
public final class AcceptSets {
  /** An entry without a timeout of its own would live for this long; we give each its own. */
  private static final int DEFAULT_TIMEOUT_SECONDS = 600;

  private final IpsetCommands ipset;

  public AcceptSets(CommandRunner runner) {
    this(new IpsetCommands(runner, Thread::sleep));
  }

  AcceptSets(IpsetCommands ipset) {
    this.ipset = ipset;
  }

  /**
   * Puts an empty set in the place of each that the rules of this configuration refer to, and makes
   * those that are missing. Sets that other rules refer to stay as they are: {@link
   * KernelRules#apply} destroys those that no rule needs any more.
   *
   * @return how many there are now for this configuration
   */
  public int renew(RulesConfig config) throws KernelRulesException {
    Map<String, Header> held = held();
    StringBuilder script = new StringBuilder();
    List<AcceptSet> sets = AcceptSet.of(config);
    for (AcceptSet set : sets) {
      String next = set.nextName();
      if (held.containsKey(next)) {
        script.append("destroy ").append(next).append('\n');
      }
      if (held.containsKey(set.name())) {
        script.append(create(next, set, config.acceptSetEntries()));
        script.append("swap ").append(next).append(' ').append(set.name()).append('\n');
        script.append("destroy ").append(next).append('\n');
      } else {
        script.append(create(set.name(), set, config.acceptSetEntries()));
      }
    }
    ipset.restore(script.toString());
    return sets.size();
  }

  /**
   * Makes those sets that are missing, empty, and returns their names.
   *
   * @param all the sets there are
   */
  List<String> create(RulesConfig config, List<Header> all) throws KernelRulesException {
    List<AcceptSet> sets = AcceptSet.of(config);
    Map<String, Header> held = ours(all);
    List<String> created = new ArrayList<>();
    StringBuilder script = new StringBuilder();
    for (AcceptSet set : sets) {
      if (!held.containsKey(set.name())) {
        script.append(create(set.name(), set, config.acceptSetEntries()));
        created.add(set.name());
      }
    }
    ipset.restore(script.toString());
    return created;
  }

  private static String create(String name, AcceptSet set, int entries) {
    return "create "
        + name
        + " "
        + set.type()
        + " family "
        + set.family().ipsetFamily()
        + " hashsize "
        + hashSize(entries)
        + " maxelem "
        + mostElements(entries)
        + " timeout "
        + DEFAULT_TIMEOUT_SECONDS
        + "\n";
  }

  /**
   * Twice as many as there will be: the kernel bounds each of the parts that it locks, one for 1024
   * buckets, to its share, and looks for what is over in all of a part with each addition beyond
   * that, some 15 µs. The parts of a set that is nearly full differ by less than that; who fills
   * the set sees to the bound.
   */
  static long mostElements(int entries) {
    return 2L * entries;
  }

  /** The power of two that is not below: the kernel would round so, and 64 is its least. */
  static int hashSize(int entries) {
    return Math.max(64, entries == 1 ? 1 : Integer.highestOneBit(entries - 1) << 1);
  }

  /** Destroys our accept sets, all of them, and returns their names. No rule may use them. */
  List<String> destroy() throws KernelRulesException {
    return destroy(List.copyOf(held().keySet()));
  }

  /** Those of our sets that the rules of this configuration do not refer to, by name. */
  static List<String> others(RulesConfig config, List<Header> all) {
    Set<String> names = new HashSet<>(ours(all).keySet());
    AcceptSet.of(config).forEach(set -> names.remove(set.name()));
    return names.stream().sorted().toList();
  }

  List<String> destroy(List<String> names) throws KernelRulesException {
    for (String name : names) {
      ipset.destroy(name);
    }
    return names;
  }

  /** How full each of our accept sets is, by its name. */
  public Map<String, Integer> sizes() throws KernelRulesException {
    Map<String, Integer> sizes = new TreeMap<>();
    held().forEach((name, header) -> sizes.put(name, header.entries()));
    return sizes;
  }

  /**
   * What stands in our accept sets, each entry as {@code ipset} writes it, such as {@code
   * 192.0.2.1,tcp:443,10.0.0.2 timeout 30}; for tests and for a person: it takes long when they are
   * full.
   */
  public Map<String, List<String>> list() throws KernelRulesException {
    Map<String, List<String>> sets = new TreeMap<>();
    for (String name : held().keySet()) {
      String prefix = "add " + name + " ";
      sets.put(
          name,
          ipset
              .save(List.of(name))
              .get(0)
              .lines()
              .filter(line -> line.startsWith(prefix))
              .map(line -> line.substring(prefix.length()))
              .sorted()
              .toList());
    }
    return sets;
  }

  private Map<String, Header> held() throws KernelRulesException {
    return ours(ipset.headers());
  }

  private static Map<String, Header> ours(List<Header> all) {
    Map<String, Header> held = new TreeMap<>();
    for (Header header : all) {
      if (RuleNames.isAcceptSet(header.name(), header.type())) {
        held.put(header.name(), header);
      }
    }
    return held;
  }
}
