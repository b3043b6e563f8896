// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a program's decisions hold for every packet to the same protocol, address and port, so
 * that they can be kept where nothing else is known of a packet.
 *
 * <p>A step is <i>particular</i> if it asks for more than that, as source ports are, or if it does
 * something of its own for each packet, as a Log rule does. A decision is good for all packets with
 * its key if no particular step up to the one that took it could match any of them.
 *
 * <p><b>Threading:</b> immutable.
 *
 * <p><b>Bounds:</b> asks the particular steps only, of which most programs have none.
 */
@HotPath
final class CacheableSteps {
  private final @Nullable CompiledRule[] rules;

  /** The steps that are particular even where the key has the source address, ascending. */
  private final int[] particular;

  /** The steps that ask for source addresses but are not particular otherwise, ascending. */
  private final int[] ofSources;

  /** The decisions of the program, ascending. */
  private final int[] decisions;

  /** The last step that takes the decision at the same index. */
  private final int[] steps;

  /**
   * @param logs whether the step at this index only logs
   */
  CacheableSteps(@Nullable CompiledRule[] rules, boolean[] logs, int[] decisionOfStep) {
    this.rules = rules;
    List<Integer> alwaysParticular = new ArrayList<>();
    List<Integer> sources = new ArrayList<>();
    int end = 0;
    for (int decision : decisionOfStep) {
      end = Math.max(end, decision + 1);
    }
    int[] last = new int[end]; // by decision, for these are small: the step after it; or 0
    int count = 0;
    for (int i = 0; i < rules.length; i++) {
      count += last[decisionOfStep[i]] == 0 ? 1 : 0;
      last[decisionOfStep[i]] = i + 1;
      CompiledRule rule = rules[i];
      if (logs[i] || (rule != null && rule.isParticular())) {
        alwaysParticular.add(i);
      } else if (rule != null && rule.source() != null) {
        sources.add(i);
      }
    }
    particular = ints(alwaysParticular);
    ofSources = ints(sources);
    decisions = new int[count];
    steps = new int[count];
    int at = 0;
    for (int decision = 0; decision < end; decision++) {
      if (last[decision] != 0) {
        decisions[at] = decision;
        steps[at++] = last[decision] - 1;
      }
    }
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The last step that takes this decision, or -1 if none does. */
  int stepOf(int decision) {
    int place = Arrays.binarySearch(decisions, decision);
    return place < 0 ? -1 : steps[place];
  }

  /**
   * Whether each packet with this one's protocol, destination and destination port comes to this
   * step.
   *
   * @param sourceInKey whether only packets from this one's source address count
   */
  boolean isCacheable(int step, IpPacket packet, boolean sourceInKey) {
    return !couldMatchBefore(particular, step, packet)
        && (sourceInKey || !couldMatchBefore(ofSources, step, packet));
  }

  private boolean couldMatchBefore(int[] some, int step, IpPacket packet) {
    for (int each : some) {
      if (each > step) {
        return false;
      }
      CompiledRule rule = rules[each];
      if (rule == null || rule.couldMatch(packet)) {
        return true;
      }
    }
    return false;
  }
}
