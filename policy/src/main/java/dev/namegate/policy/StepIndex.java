// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledRule.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which steps of a program a flow could match, by where it goes: a step that asks for domain sets
 * or for few addresses is filed under these, and every other one could match any flow.
 *
 * <pre>
 *   destination ─► domain sets, neighbourhood ─► steps filed under them ┐
 *                                                steps for all flows ───┴─► the next of both
 * </pre>
 *
 * <p>What it leaves out cannot match; what it names may still not match.
 *
 * <p><b>Threading:</b> immutable.
 *
 * <p><b>Bounds:</b> each step is filed under one domain set and {@value
 * AddressRanges#MOST_NEIGHBOURHOODS} neighbourhoods at most.
 */
@HotPath
final class StepIndex {
  /** No step. */
  static final int NONE = Integer.MAX_VALUE;

  /** The steps that could match any flow, ascending; the last of the program is one. */
  private final int[] always;

  /** The domain sets that steps are filed under, ascending, and the steps of each, ascending. */
  private final int[] sets;

  private final int[][] stepsOfSet;

  /** The neighbourhoods that steps are filed under, ascending, and the steps of each. */
  private final long[] neighbourhoods;

  private final int[][] stepsOfNeighbourhood;

  /** The first step that is filed under anything. */
  private final int firstFiled;

  StepIndex(@Nullable CompiledRule[] rules) {
    int[] any = new int[rules.length];
    int anyCount = 0;
    Filed bySet = new Filed();
    SortedMap<Long, List<Integer>> byNeighbourhood = new TreeMap<>();
    int first = NONE;
    for (int i = 0; i < rules.length; i++) {
      CompiledRule rule = rules[i];
      if (rule == null || !file(i, rule.destination(), bySet, byNeighbourhood)) {
        any[anyCount++] = i;
      } else if (first == NONE) {
        first = i;
      }
    }
    always = Arrays.copyOf(any, anyCount);
    bySet.sort();
    sets = bySet.sets();
    stepsOfSet = bySet.steps();
    neighbourhoods = byNeighbourhood.keySet().stream().mapToLong(Long::longValue).toArray();
    stepsOfNeighbourhood =
        byNeighbourhood.values().stream().map(StepIndex::ints).toArray(int[][]::new);
    firstFiled = first;
  }

  private static int[] ints(Collection<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Pairs of a domain set and a step: most sets have one step, and there may be thousands. */
  private static final class Filed {
    private long[] pairs = new long[16];
    private int count;

    void add(int set, int step) {
      if (count == pairs.length) {
        pairs = Arrays.copyOf(pairs, 2 * count);
      }
      pairs[count++] = (long) set << 32 | step;
    }

    void sort() {
      Arrays.sort(pairs, 0, count);
    }

    /** Each set once, ascending. */
    int[] sets() {
      int[] sets = new int[count];
      int size = 0;
      for (int i = 0; i < count; i++) {
        if (i == 0 || set(i) != set(i - 1)) {
          sets[size++] = set(i);
        }
      }
      return Arrays.copyOf(sets, size);
    }

    /** The steps of each, ascending. */
    int[][] steps() {
      List<int[]> steps = new ArrayList<>();
      for (int from = 0, to = 0; from < count; from = to) {
        while (to < count && set(to) == set(from)) {
          to++;
        }
        int[] ofSet = new int[to - from];
        for (int i = from; i < to; i++) {
          ofSet[i - from] = (int) pairs[i];
        }
        steps.add(ofSet);
      }
      return steps.toArray(int[][]::new);
    }

    private int set(int at) {
      return (int) (pairs[at] >>> 32);
    }
  }

  /** Files a step under what its destination has to be; false if it could be anything. */
  private static boolean file(
      int step,
      @Nullable Side destination,
      Filed bySet,
      SortedMap<Long, List<Integer>> byNeighbourhood) {
    if (destination == null) {
      return false;
    }
    if (destination.domainSet() != DomainSets.NONE) {
      bySet.add(destination.domainSet(), step);
      return true;
    }
    long[] near = neighbourhoods(destination.nets());
    int orSet = DomainSets.NONE;
    if (near == null) {
      near = neighbourhoods(destination.selected());
      orSet = destination.selectedDomainSet();
    }
    if (near == null) {
      return false;
    }
    for (long each : near) {
      byNeighbourhood.computeIfAbsent(each, unused -> new ArrayList<>()).add(step);
    }
    if (orSet != DomainSets.NONE) {
      bySet.add(orSet, step);
    }
    return true;
  }

  private static long @Nullable [] neighbourhoods(@Nullable AddressRanges ranges) {
    return ranges == null ? null : ranges.neighbourhoods();
  }

  /** The step at this place of those that could match any flow. */
  int always(int place) {
    return always[place];
  }

  /** The place of the first step from this one on, of those that could match any flow. */
  int placeOf(int step) {
    return firstAtLeast(always, step);
  }

  /** The first step that is filed under anything, or {@link #NONE}. */
  int firstFiled() {
    return firstFiled;
  }

  /** The first step, from this one on, that is filed under what this flow has; or {@link #NONE}. */
  int nextFiled(int from, IpPacket packet, DomainMembership learnt) {
    int next = NONE;
    if (neighbourhoods.length != 0) {
      int place =
          Arrays.binarySearch(
              neighbourhoods,
              AddressRanges.neighbourhood(
                  packet.ipVersion(), packet.destinationHi(), packet.destinationLo()));
      if (place >= 0) {
        next = firstOf(stepsOfNeighbourhood[place], from);
      }
    }
    if (sets.length != 0) {
      int end = sets[sets.length - 1] + 1;
      int set = learnt.nextMember(sets[0], end);
      while (set >= 0) {
        int place = Arrays.binarySearch(sets, set);
        if (place >= 0) {
          next = Math.min(next, firstOf(stepsOfSet[place], from));
        }
        set = learnt.nextMember(set + 1, end);
      }
    }
    return next;
  }

  private static int firstOf(int[] steps, int from) {
    int place = firstAtLeast(steps, from);
    return place < steps.length ? steps[place] : NONE;
  }

  private static int firstAtLeast(int[] ascending, int least) {
    int place = Arrays.binarySearch(ascending, least);
    return place >= 0 ? place : -place - 1;
  }
}
