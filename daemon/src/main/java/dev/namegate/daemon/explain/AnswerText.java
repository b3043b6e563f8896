// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.policy.Endpoint;
import dev.namegate.policy.Explanation;
import dev.namegate.policy.Explanation.Comparison;
import dev.namegate.policy.Explanation.Step;
import java.util.List;
import java.util.stream.Collectors;

/** An answer for a person: the decision first, then the way to it. */
public final class AnswerText {
  private AnswerText() {}

  /** The answers one after the other, an empty line between. */
  public static String of(List<FlowAnswer> answers) {
    return answers.stream().map(AnswerText::of).collect(Collectors.joining("\n"));
  }

  private static String of(FlowAnswer answer) {
    StringBuilder text = new StringBuilder();
    text.append(answer.allow() ? "Allow: " : "Deny: ").append(answer.decidedBy()).append('\n');
    line(text, 1, "flow      " + answer.flow());
    Explanation way = answer.way();
    if (way != null) {
      line(text, 1, "endpoint  " + describe(way.endpoint()));
    }
    line(
        text,
        1,
        "names     "
            + (answer.names().isEmpty()
                ? "none is learnt for this address"
                : answer.names().stream().map(String::valueOf).collect(Collectors.joining(", "))));
    answer.notes().forEach(note -> line(text, 1, "note      " + note));
    if (way != null) {
      steps(text, way);
      pending(text, way);
    }
    return text.toString();
  }

  private static String describe(Endpoint endpoint) {
    return endpoint.kind() == Endpoint.Kind.WORKLOAD
        ? "WorkloadEndpoint "
            + endpoint.namespace()
            + "/"
            + endpoint.name()
            + ", "
            + endpoint.interfaceName()
        : "HostEndpoint "
            + endpoint.name()
            + (endpoint.interfaceName().isEmpty() ? "" : ", " + endpoint.interfaceName());
  }

  private static void steps(StringBuilder text, Explanation way) {
    for (Step step : way.steps()) {
      int depth =
          switch (step.kind()) {
            case TIER, PROFILE, DEFAULT -> 1;
            case POLICY, END_OF_TIER -> 2;
            case RULE -> 3;
          };
      String lead =
          switch (step.kind()) {
            case TIER -> "tier ";
            case PROFILE -> "profile ";
            case POLICY, END_OF_TIER, RULE, DEFAULT -> "";
          };
      line(text, depth, lead + step.name() + ": " + step.outcome());
      step.comparisons().forEach(comparison -> line(text, 4, describe(comparison)));
    }
  }

  private static String describe(Comparison comparison) {
    return (comparison.matched() ? "+ " : "- ")
        + comparison.criterion()
        + " "
        + comparison.wanted()
        + (comparison.actual().isEmpty() ? "" : ", is " + comparison.actual())
        + (comparison.via().isEmpty() ? "" : " (" + comparison.via() + ")");
  }

  private static void pending(StringBuilder text, Explanation way) {
    Explanation pending = way.pending();
    if (pending != null) {
      line(
          text,
          1,
          "were the staged policies enforced: "
              + (pending.allow() ? "Allow: " : "Deny: ")
              + pending.decidedBy());
    }
  }

  private static void line(StringBuilder text, int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }
}
