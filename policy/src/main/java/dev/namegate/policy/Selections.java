// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.selector.LabelIndex;
import dev.namegate.policy.selector.Selector;
import dev.namegate.policy.selector.SelectorIndex;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each selector picks, kept up as members come, change and go: a change costs one comparison
 * for each selector whose labels the member has.
 *
 * <p>Times are counts of compilations.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class Selections {
  private final LabelIndex<Member> members = new LabelIndex<>();
  private final SelectorIndex<Entry> selectors = new SelectorIndex<>();
  private final Map<String, Entry> entries = new HashMap<>();
  private final Entry withPorts = new Entry(null);
  private long comparisons;

  /** One selector, and what it picks now. */
  static final class Entry {
    private final @Nullable Selector selector;
    private final Set<Member> picked = new LinkedHashSet<>();
    private @Nullable Selection selection;
    private long changedAt;
    private long usedAt;

    private Entry(@Nullable Selector selector) {
      this.selector = selector;
    }

    /** When the addresses, names or ports that it picks last changed. */
    long changedAt() {
      return changedAt;
    }

    /** Says that a rule or a policy needs it. */
    void use(long now) {
      usedAt = now;
    }

    boolean picks(Member member) {
      return picked.contains(member);
    }

    Set<Member> picked() {
      return picked;
    }

    Selection selection() {
      if (selection == null) {
        selection = Selection.of(selector, picked);
      }
      return selection;
    }

    private void change(long now) {
      changedAt = now;
      selection = null;
    }

    private void replace(@Nullable Member old, @Nullable Member now, boolean picks, long time) {
      boolean picked = old != null && this.picked.remove(old);
      if (picks && now != null) {
        this.picked.add(now);
      }
      if (picked != picks || (old != null && now != null && picks && !now.hasContentOf(old))) {
        change(time);
      }
    }
  }

  /** How often labels were compared with a selector. */
  long comparisons() {
    return comparisons;
  }

  /** The entry of this condition. */
  Entry of(Selector selector, long now) {
    Entry entry =
        entries.computeIfAbsent(
            selector.toString(),
            text -> {
              Entry made = new Entry(selector);
              for (Member member : members.candidates(selector)) {
                if (matches(selector, member)) {
                  made.picked.add(member);
                }
              }
              made.changedAt = now;
              selectors.add(selector, made);
              return made;
            });
    entry.use(now);
    return entry;
  }

  /** The entry of all that have a port with a name. */
  Entry withPorts() {
    return withPorts;
  }

  private boolean matches(Selector selector, Member member) {
    comparisons++;
    return selector.matches(member.labels());
  }

  /**
   * Takes one member for another.
   *
   * @param old null for one that comes
   * @param now null for one that goes
   */
  void replace(@Nullable Member old, @Nullable Member now, long time) {
    boolean sameLabels = old != null && now != null && old.labels().equals(now.labels());
    Set<Entry> touched = new HashSet<>();
    if (old != null) {
      members.remove(old.labels(), old);
      touched.addAll(selectors.candidates(old.labels()));
    }
    if (now != null) {
      members.add(now.labels(), now);
      if (!sameLabels) {
        touched.addAll(selectors.candidates(now.labels()));
      }
    }
    for (Entry entry : touched) {
      Selector selector = entry.selector;
      boolean picks =
          now != null
              && selector != null
              && ((sameLabels && old != null) ? entry.picks(old) : matches(selector, now));
      entry.replace(old, now, picks, time);
    }
    withPorts.replace(old, now, now != null && !now.ports().isEmpty(), time);
  }

  /** The entries that pick this member. */
  Set<Entry> picking(Member member) {
    Set<Entry> picking = selectors.candidates(member.labels());
    picking.removeIf(entry -> !entry.picks(member));
    return picking;
  }

  /** Forgets what nobody said to need at this time. */
  void retainUsed(long now) {
    entries
        .values()
        .removeIf(
            entry -> {
              boolean unused = entry.usedAt != now;
              if (unused && entry.selector != null) {
                selectors.remove(entry.selector, entry);
              }
              return unused;
            });
  }
}
