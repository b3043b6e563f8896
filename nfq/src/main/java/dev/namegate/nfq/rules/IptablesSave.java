// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.nfq.rules.TableLines.HookLine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads what {@code iptables-save} prints and tells what in it is ours.
 *
 * <p>Nothing is remembered: {@link RuleNames} says how we know our own.
 */
final class IptablesSave {
  /** One table as printed: every chain in it with every rule. */
  private record Dump(String table, Map<String, List<RuleLine>> chains, Set<String> baseChains) {
    Dump(String table) {
      this(table, new LinkedHashMap<>(), new HashSet<>());
    }
  }

  private final Map<String, TableLines> tables = new TreeMap<>();
  private int foreignRules;

  private IptablesSave() {}

  static IptablesSave parse(String text) {
    IptablesSave save = new IptablesSave();
    Dump dump = new Dump("");
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.startsWith("*")) {
        dump = new Dump(line.substring(1).strip());
      } else if (line.startsWith(":")) {
        String[] declaration = line.substring(1).split(" ", 3);
        dump.chains().put(declaration[0], new ArrayList<>());
        if (declaration.length > 1 && !declaration[1].equals("-")) {
          dump.baseChains().add(declaration[0]);
        }
      } else if (line.startsWith("-A ")) {
        RuleLine rule = rule(line);
        dump.chains().computeIfAbsent(rule.chain(), chain -> new ArrayList<>()).add(rule);
      } else if (line.equals("COMMIT")) {
        save.add(dump);
      }
    }
    return save;
  }

  /** What of this table is ours; empty if nothing is. */
  TableLines table(String name) {
    return tables.getOrDefault(name, TableLines.empty(name));
  }

  /** The tables in which something is ours, by name. */
  List<TableLines> ourTables() {
    return tables.values().stream().filter(table -> !table.isEmpty()).toList();
  }

  /** How many rules in all tables are not ours. */
  int foreignRules() {
    return foreignRules;
  }

  private void add(Dump dump) {
    Set<String> ours = ourChains(dump);
    Map<String, List<RuleLine>> chains = new LinkedHashMap<>();
    List<HookLine> hooks = new ArrayList<>();
    Set<String> pinned = new LinkedHashSet<>();
    Set<String> foreign = new LinkedHashSet<>();
    dump.chains()
        .forEach(
            (chain, rules) -> {
              if (ours.contains(chain)) {
                chains.put(chain, rules);
                return;
              }
              if (chain.startsWith(RuleNames.PREFIX)) {
                foreign.add(chain);
              }
              for (int i = 0; i < rules.size(); i++) {
                RuleLine rule = rules.get(i);
                if (rule.isOurs()) {
                  hooks.add(new HookLine(rule, i == 0, i == rules.size() - 1));
                } else {
                  foreignRules++;
                  destinations(rule).stream().filter(ours::contains).forEach(pinned::add);
                }
              }
            });
    tables.put(dump.table(), new TableLines(dump.table(), chains, hooks, pinned, foreign));
  }

  private static Set<String> ourChains(Dump dump) {
    Set<String> led = new HashSet<>();
    for (List<RuleLine> rules : dump.chains().values()) {
      rules.stream().filter(RuleLine::isOurs).forEach(rule -> led.addAll(destinations(rule)));
    }
    Set<String> ours = new LinkedHashSet<>();
    dump.chains()
        .forEach(
            (chain, rules) -> {
              boolean commented = rules.stream().anyMatch(RuleLine::isOurs);
              boolean emptied = rules.isEmpty() && RuleNames.CHAINS.contains(chain);
              if (chain.startsWith(RuleNames.PREFIX)
                  && !dump.baseChains().contains(chain)
                  && (commented || emptied || led.contains(chain))) {
                ours.add(chain);
              }
            });
    return ours;
  }

  private static RuleLine rule(String line) {
    String[] parts = line.split(" ", 3);
    String text = parts.length > 2 ? parts[2] : "";
    String hash = "";
    List<String> words = words(text);
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals("--comment")) {
        String comment = words.get(++i);
        hash = RuleNames.COMMENT.matcher(comment).matches() ? comment : hash;
      }
    }
    return new RuleLine(parts[1], hash, text);
  }

  /** Where a rule leads to: the word after {@code -j} or {@code -g}. */
  private static List<String> destinations(RuleLine rule) {
    List<String> destinations = new ArrayList<>();
    List<String> words = words(rule.text());
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals("-j") || words.get(i).equals("-g")) {
        destinations.add(words.get(i + 1));
      }
    }
    return destinations;
  }

  /** Splits at blanks outside double quotes; a backslash in quotes takes the next character. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean open = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        open = true;
      } else if (quoted && c == '\\' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (c == ' ' && !quoted) {
        if (open) {
          words.add(word.toString());
        }
        word.setLength(0);
        open = false;
      } else {
        word.append(c);
        open = true;
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }
}
