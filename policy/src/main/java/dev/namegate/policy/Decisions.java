// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Rule.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives each way in which a flow can be decided a number; an odd one allows. */
final class Decisions {
  private final List<String> texts = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();

  static boolean isAllow(int decision) {
    return (decision & 1) != 0;
  }

  int ofRule(Policy policy, int index) {
    String namespace = policy.metadata().namespace();
    Action action = policy.egress().get(index).action();
    return id(
        "tier "
            + policy.tier()
            + ", "
            + policy.id().kind()
            + " "
            + (namespace.isEmpty() ? "" : namespace + "/")
            + policy.metadata().name()
            + ", egress["
            + index
            + "] "
            + action,
        action == Action.ALLOW);
  }

  int ofProfileRule(Resource.Profile profile, int index) {
    Action action = profile.egress().get(index).action();
    return id(
        "profile " + profile.metadata().name() + ", egress[" + index + "] " + action,
        action == Action.ALLOW);
  }

  /** The decision that this text describes. */
  int id(String text, boolean allow) {
    return ids.computeIfAbsent(
        text,
        unused -> {
          texts.add(text);
          return (texts.size() - 1) * 2 + (allow ? 1 : 0);
        });
  }

  /** The text of decision {@code id} stands at {@code id / 2}. */
  List<String> texts() {
    return List.copyOf(texts);
  }
}
