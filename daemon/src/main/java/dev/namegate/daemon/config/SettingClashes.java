// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static dev.namegate.daemon.config.FelixParameters.DNS_QUEUE;
import static dev.namegate.daemon.config.FelixParameters.HELD_QUEUE;
import static dev.namegate.daemon.config.NamegateParameters.FLOWS_QUEUE;
import static dev.namegate.daemon.config.NamegateParameters.FLOW_QUEUES;
import static dev.namegate.daemon.config.NamegateParameters.FLOW_RING_SLOTS;
import static dev.namegate.daemon.config.NamegateParameters.MAX_TTL;
import static dev.namegate.daemon.config.NamegateParameters.MIN_TTL;
import static dev.namegate.daemon.config.NamegateParameters.QUERY_LOG_GROUP;
import static dev.namegate.daemon.config.NamegateParameters.REPLY_LOG_GROUP;

import dev.namegate.nfq.QueueConfig;
import dev.namegate.policy.Problems;
import java.time.Duration;

/**
 * Values that exclude each other: they are reported, and the defaults take their place.
 *
 * <p>Queues and NFLOG groups are numbered apart.
 */
final class SettingClashes {
  private static final String TWO_NUMBERS = "write two numbers";

  private final ParameterValues felix;
  private final ParameterValues namegate;
  private final Problems problems;

  SettingClashes(ParameterValues felix, ParameterValues namegate, Problems problems) {
    this.felix = felix;
    this.namegate = namegate;
    this.problems = problems;
  }

  /** A default that takes a place may clash anew; the defaults do not, so this comes to an end. */
  void reset() {
    boolean again = true;
    while (again) {
      again =
          resetLastNumber()
              || resetFlowQueues(DNS_QUEUE)
              || resetFlowQueues(HELD_QUEUE)
              || resetCalicosQueues();
    }
    resetGroups();
    resetLifetimes();
    resetRings();
  }

  private void resetRings() {
    int slots = ConfigReader.powerOfTwo(namegate.get(FLOW_RING_SLOTS));
    if (slots * flowQueueCount() <= NamegateParameters.MAX_SLOTS_OF_ALL) {
      return;
    }
    String message =
        "flowQueues: %d with %d slots each are more than %d in all; the defaults hold for both"
            .formatted(flowQueueCount(), slots, NamegateParameters.MAX_SLOTS_OF_ALL);
    String suggestion = "write fewer flowRingSlots";
    if (!namegate.reportError(FLOW_RING_SLOTS, message, suggestion, problems)) {
      namegate.reportError(FLOW_QUEUES, message, suggestion, problems);
    }
    namegate.reset(FLOW_RING_SLOTS);
    namegate.reset(FLOW_QUEUES);
  }

  /** At least; where it is up to the daemon, it takes no more than are free. */
  private int flowQueueCount() {
    return Math.max(1, namegate.get(FLOW_QUEUES));
  }

  private int lastFlowQueue() {
    return namegate.get(FLOWS_QUEUE) + flowQueueCount() - 1;
  }

  private boolean resetLastNumber() {
    if (lastFlowQueue() <= QueueConfig.MAX_NUMBER) {
      return false;
    }
    String message =
        flowQueues()
            + ", and the last number of a queue is "
            + QueueConfig.MAX_NUMBER
            + "; the defaults hold for both";
    reportOfFlows(message, "write a lower flowsNfqueueID");
    resetFlows();
    return true;
  }

  /** Such as {@code flowQueues: 4 from flowsNfqueueID on are 99 to 102}. */
  private String flowQueues() {
    return "flowQueues: "
        + flowQueueCount()
        + " from flowsNfqueueID on are "
        + namegate.get(FLOWS_QUEUE)
        + " to "
        + lastFlowQueue();
  }

  private boolean reportOfFlows(String message, String suggestion) {
    return namegate.reportError(FLOW_QUEUES, message, suggestion, problems)
        || namegate.reportError(FLOWS_QUEUE, message, suggestion, problems);
  }

  private void resetFlows() {
    namegate.reset(FLOWS_QUEUE);
    namegate.reset(FLOW_QUEUES);
  }

  private boolean resetFlowQueues(Parameter<Integer> calicos) {
    int number = felix.get(calicos);
    if (number < namegate.get(FLOWS_QUEUE) || number > lastFlowQueue()) {
      return false;
    }
    boolean single = flowQueueCount() == 1;
    String message =
        single
            ? both(FLOWS_QUEUE, calicos, number)
            : flowQueues()
                + ", and "
                + calicos.name()
                + " is "
                + number
                + "; the defaults hold for all of them";
    String suggestion = single ? TWO_NUMBERS : "write numbers that are apart";
    boolean told =
        single
            ? namegate.reportError(FLOWS_QUEUE, message, suggestion, problems)
            : reportOfFlows(message, suggestion);
    if (!told) {
      felix.reportError(calicos, message, suggestion, problems);
    }
    resetFlows();
    felix.reset(calicos);
    return true;
  }

  private static String both(Parameter<?> one, Parameter<?> other, int number) {
    return one.name()
        + " and "
        + other.name()
        + " are both "
        + number
        + "; the defaults hold for both";
  }

  private boolean resetCalicosQueues() {
    return resetEqual(felix, DNS_QUEUE, HELD_QUEUE);
  }

  private void resetGroups() {
    resetEqual(namegate, QUERY_LOG_GROUP, REPLY_LOG_GROUP);
  }

  private boolean resetEqual(
      ParameterValues values, Parameter<Integer> one, Parameter<Integer> other) {
    if (!values.get(one).equals(values.get(other))) {
      return false;
    }
    String message = both(one, other, values.get(one));
    if (!values.reportError(other, message, TWO_NUMBERS, problems)) {
      values.reportError(one, message, TWO_NUMBERS, problems);
    }
    values.reset(one);
    values.reset(other);
    return true;
  }

  private void resetLifetimes() {
    Duration floor = namegate.get(MIN_TTL);
    Duration cap = namegate.get(MAX_TTL);
    if (floor.compareTo(cap) <= 0) {
      return;
    }
    String message =
        "dnsMinTTL, "
            + GoDuration.format(floor)
            + ", is longer than dnsMaxTTL, "
            + GoDuration.format(cap)
            + "; the defaults hold for both";
    if (!namegate.reportError(MIN_TTL, message, "write a floor below the cap", problems)) {
      namegate.reportError(MAX_TTL, message, "write a cap above the floor", problems);
    }
    namegate.reset(MIN_TTL);
    namegate.reset(MAX_TTL);
  }
}
