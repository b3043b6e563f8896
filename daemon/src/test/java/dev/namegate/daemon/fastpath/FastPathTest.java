// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.stats.Counter;
import dev.namegate.nfq.AcceptSetFailure;
import dev.namegate.nfq.rules.KernelRulesException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What stands in the kernel's sets after what; the sets are a model. */
final class FastPathTest {
  private static final String WORKLOAD = "10.65.0.2";
  private static final String OTHER_WORKLOAD = "10.65.0.3";
  private static final String HOST = "192.0.2.1";

  private static final String WEB =
      "{protocol: TCP, destination: {domains: [a.test], ports: [443]}}";

  private final FastPathRig rig = new FastPathRig(1000);

  @Test
  void repliesOpenThePortsOfTheRuleForWhoAsked() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");

    assertEquals(List.of("ng-wl4 198.51.100.1,6:443,10.65.0.2 59"), rig.sets().texts());
    assertEquals(1, rig.fastPath().entries());
    assertEquals(1, rig.count(Counter.FAST_PATH_ADDED));
  }

  @Test
  void addressesOfBothFamiliesAreOpenedForTheAskersAddressOfEach() throws Exception {
    rig.enforce("{destination: {domains: [a.test]}}");
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1", "2001:db8::1");

    assertEquals(
        List.of(
            "ng-wl4 198.51.100.1,17:443,10.65.0.2 59",
            "ng-wl4 198.51.100.1,6:443,10.65.0.2 59",
            "ng-wl4 198.51.100.1,6:80,10.65.0.2 59",
            "ng-wl6 2001:db8::1,17:443,fd65::2 59",
            "ng-wl6 2001:db8::1,6:443,fd65::2 59",
            "ng-wl6 2001:db8::1,6:80,fd65::2 59"),
        rig.sets().texts());
  }

  @Test
  void aHostThatAskedOpensTheSetsOfItsEndpoints() throws Exception {
    rig.enforce(WEB);
    rig.answer(HOST, "a.test", 60, "198.51.100.1");

    assertEquals(
        List.of("ng-hep4 198.51.100.1,6:443,:: 59", "ng-hep4-eth0 198.51.100.1,6:443,:: 59"),
        rig.sets().texts());
  }

  @Test
  void namesThatNoRuleAllowsOpenNothing() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "b.test", 60, "198.51.100.1");
    rig.answer("203.0.113.9", "a.test", 60, "198.51.100.2");

    assertEquals(List.of(), rig.sets().texts());
  }

  @Test
  void whatLastsLessThanASecondIsNotOpened() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 1, "198.51.100.1");

    assertEquals(List.of(), rig.sets().texts());
  }

  @Test
  void aQueuedFlowOpensItsPortForItsSource() throws Exception {
    rig.enforce("{destination: {domains: [a.test]}}", "{destination: {nets: [203.0.113.0/24]}}");
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.queued("cali2", OTHER_WORKLOAD, "198.51.100.1", 8443);
    rig.queued("cali2", OTHER_WORKLOAD, "203.0.113.7", 22);
    rig.queued("eth0", HOST, "203.0.113.7", 22);
    rig.fastPath().endOfBatch(rig.nowNs());

    List<String> texts = rig.sets().texts();
    assertTrue(texts.contains("ng-wl4 198.51.100.1,6:8443,10.65.0.3 59"), texts::toString);
    assertTrue(texts.contains("ng-wl4 203.0.113.7,6:22,10.65.0.3 600"), texts::toString);
    assertTrue(texts.contains("ng-hep4-eth0 203.0.113.7,6:22,:: 600"), texts::toString);
    assertEquals(6, texts.size(), texts::toString);
  }

  @Test
  void aRequestOfAnEarlierPolicyIsForgotten() throws Exception {
    rig.enforce("{destination: {nets: [203.0.113.0/24]}}");
    rig.queued("cali2", OTHER_WORKLOAD, "203.0.113.7", 22);
    rig.enforce(WEB);
    rig.fastPath().endOfBatch(rig.nowNs());

    assertEquals(List.of(), rig.sets().texts());
  }

  @Test
  void entriesGoWithTheMembershipTheyRestOn() throws Exception {
    rig.enforce("{destination: {domains: [a.test]}}");
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1", "198.51.100.2");
    rig.fastPath().retracted(rig.address("198.51.100.1").hi(), rig.address("198.51.100.1").lo());
    rig.fastPath().endOfBatch(rig.nowNs());

    assertTrue(rig.sets().texts().stream().allMatch(text -> text.contains("198.51.100.2")));
    assertEquals(3, rig.sets().live().size());
    assertEquals(3, rig.count(Counter.FAST_PATH_DELETED));
  }

  @Test
  void anotherPolicyBeginsWithEmptySets() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.enforce(WEB);

    assertEquals(List.of(), rig.sets().texts());
    assertEquals(0, rig.fastPath().entries());
  }

  @Test
  void aNewAnswerRenewsWhatIsThere() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.passSeconds(30);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");

    assertEquals(List.of("ng-wl4 198.51.100.1,6:443,10.65.0.2 59"), rig.sets().texts());
    assertEquals(1, rig.fastPath().entries());
  }

  @Test
  void aShorterAnswerChangesNothing() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.answer(WORKLOAD, "a.test", 5, "198.51.100.1");

    assertEquals(1, rig.count(Counter.FAST_PATH_ADDED));
    assertEquals(List.of("ng-wl4 198.51.100.1,6:443,10.65.0.2 59"), rig.sets().texts());
  }

  @Test
  void theOldestMakesRoomForANewOne() throws Exception {
    FastPathRig small = new FastPathRig(3);
    small.enforce(WEB);
    for (int i = 1; i <= 5; i++) {
      small.answer(WORKLOAD, "a.test", 60, "198.51.100." + i);
    }

    assertEquals(
        IntStream.rangeClosed(3, 5)
            .mapToObj(i -> "ng-wl4 198.51.100." + i + ",6:443,10.65.0.2 59")
            .toList(),
        small.sets().texts());
    assertEquals(2, small.count(Counter.FAST_PATH_EVICTED));
    assertEquals(3, small.fastPath().entries());
  }

  @Test
  void whatIsOverMakesRoomUncounted() throws Exception {
    FastPathRig small = new FastPathRig(3);
    small.enforce(WEB);
    small.answer(WORKLOAD, "a.test", 5, "198.51.100.1", "198.51.100.2", "198.51.100.3");
    small.passSeconds(5);
    small.answer(WORKLOAD, "a.test", 60, "198.51.100.4");

    assertEquals(0, small.count(Counter.FAST_PATH_EVICTED));
    assertEquals(List.of("ng-wl4 198.51.100.4,6:443,10.65.0.2 59"), small.sets().texts());
  }

  @Test
  void whatTheKernelRefusesIsCountedAndForgotten() throws Exception {
    rig.enforce(WEB);
    rig.sets().failAdds(AcceptSetFailure.FULL);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.sets().failAdds(AcceptSetFailure.NO_MEMORY);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.sets().failAdds(AcceptSetFailure.NO_SET);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");

    assertEquals(1, rig.count(Counter.FAST_PATH_REFUSED_FULL));
    assertEquals(1, rig.count(Counter.FAST_PATH_NO_MEMORY));
    assertEquals(1, rig.count(Counter.FAST_PATH_NO_SET));
    assertEquals(0, rig.count(Counter.FAST_PATH_ADDED));
    assertEquals(0, rig.fastPath().entries());

    rig.sets().failAdds(AcceptSetFailure.NONE);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    assertEquals(1, rig.fastPath().entries());
  }

  @Test
  void anEntryThatCannotBeRenewedIsDeleted() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.passSeconds(30);
    rig.sets().failAdds(AcceptSetFailure.NO_MEMORY);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");

    assertEquals(List.of(), rig.sets().texts());
  }

  @Test
  void setsAreMadeAnewWhenADeletionFails() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.sets().failDeletes(true);
    rig.fastPath().retracted(rig.address("198.51.100.1").hi(), rig.address("198.51.100.1").lo());
    rig.fastPath().endOfBatch(rig.nowNs());
    rig.fastPath().endOfBatch(rig.nowNs());

    assertEquals(List.of(), rig.sets().texts());
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    assertEquals(1, rig.sets().live().size());
  }

  @Test
  void entriesAreDeletedOneByOneWhenSetsCannotBeMade() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.failEmptying(true);
    rig.enforce(WEB);

    assertEquals(List.of(), rig.sets().texts());
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    assertEquals(1, rig.sets().live().size());
  }

  @Test
  void aPolicyIsNotInForceWhileEntriesOfTheOldOneMayStand() throws Exception {
    rig.enforce(WEB);
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.1");
    rig.failEmptying(true);
    rig.sets().failDeletes(true);
    assertThrows(KernelRulesException.class, () -> rig.enforce(WEB));
    rig.answer(WORKLOAD, "a.test", 60, "198.51.100.9");
    assertEquals(1, rig.sets().live().size(), "nothing is added");

    rig.failEmptying(false);
    rig.passSeconds(1);
    rig.fastPath().endOfBatch(rig.nowNs());
    assertEquals(List.of(), rig.sets().texts());
  }

  @Test
  void aStartFailsThatCannotEmptyTheSets() {
    rig.failEmptying(true);
    assertThrows(KernelRulesException.class, () -> rig.enforce(WEB));
  }

  @Test
  void nothingIsLeftToSendWhenABatchHasEnded() throws Exception {
    rig.enforce("{destination: {domains: [a.test]}}");
    String[] many = IntStream.range(0, 100).mapToObj(i -> "198.51.100." + i).toArray(String[]::new);
    rig.answer(WORKLOAD, "a.test", 60, many);

    assertEquals(0, rig.sets().pending());
    assertEquals(300, rig.sets().live().size());
  }

  @Test
  void moreRequestsThanThereIsRoomForAreLostAndCounted() throws Exception {
    rig.enforce("{destination: {nets: [203.0.113.0/24]}}");
    for (int i = 0; i < LazyRequests.CAPACITY + 5; i++) {
      rig.queued("cali2", OTHER_WORKLOAD, "203.0.113.7", i);
    }
    assertEquals(5, rig.count(Counter.FAST_PATH_REQUESTS_LOST));
    assertEquals(1, rig.nudges(), "at the same time");
    rig.passSeconds(1);
    rig.queued("cali2", OTHER_WORKLOAD, "203.0.113.7", 1);
    assertEquals(2, rig.nudges());
    rig.fastPath().endOfBatch(rig.nowNs());
    assertEquals(FastPath.MOST_REQUESTS, rig.sets().live().size());
    assertEquals(3, rig.nudges(), "there are more");
  }

  @Test
  void requestsOfAllQueuesAreTakenWithinOneBoundAndInTurn() throws Exception {
    rig.enforce("{destination: {nets: [203.0.113.0/24]}}");
    int each = FastPath.MOST_REQUESTS;
    for (int decider = 0; decider < FastPathRig.DECIDERS; decider++) {
      for (int i = 0; i < each; i++) {
        rig.queuedBy(decider, "cali2", OTHER_WORKLOAD, "203.0.113.7", decider * each + i);
      }
    }
    assertEquals(0, rig.count(Counter.FAST_PATH_REQUESTS_LOST));
    rig.fastPath().endOfBatch(rig.nowNs());
    assertEquals(each, rig.sets().live().size());
    int nudges = rig.nudges();
    rig.queuedBy(0, "cali2", OTHER_WORKLOAD, "203.0.113.7", 9_999);
    assertEquals(FastPathRig.DECIDERS + 1, nudges, "of each at its first, and for the rest");
    rig.fastPath().endOfBatch(rig.nowNs());
    assertEquals(2 * each, rig.sets().live().size(), "the other queue's, before the one more");
    rig.fastPath().endOfBatch(rig.nowNs());
    assertEquals(2 * each + 1, rig.sets().live().size());
  }
}
