// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** <i>one-verdict</i> where a message answers all packets up to an id. */
class VerdictRunsTest {
  private static final int QUEUE = 100;
  private static final int CAPACITY = 8;

  /** A queue that does with verdicts what {@code nfnetlink_queue.c} does. */
  private static final class Kernel extends FailingKernel {
    final TreeMap<Long, Integer> answers = new TreeMap<>();
    final List<String> messages = new ArrayList<>();

    /** Ids of packets that wait, ascending. */
    final List<Long> waiting = new ArrayList<>();

    int generation;

    @Override
    void take(int type, int word, long id) {
      boolean isRun = type == NetlinkMessages.QUEUE_VERDICT_BATCH;
      assertTrue(isRun || type == NetlinkMessages.QUEUE_VERDICT, () -> "type " + type);
      messages.add((isRun ? "..." : "") + id + (word == Verdict.ACCEPT ? "+" : "-"));
      for (Long packet : List.copyOf(waiting)) {
        if (isRun ? packet <= id : packet == id) {
          assertFalse(answers.containsKey(packet), () -> packet + " has two verdicts");
          answers.put(packet, word);
          waiting.remove(packet);
        }
      }
    }

    /** As a socket that is bound anew. */
    void bindAnew() {
      generation++;
      waiting.clear();
      answers.clear();
    }
  }

  private final Kernel kernel = new Kernel();
  private final VerdictBatch batch = newBatch();

  private VerdictBatch newBatch() {
    return new VerdictBatch(kernel, () -> kernel.generation, QUEUE, CAPACITY, true);
  }

  private void accept(long... ids) {
    for (long id : ids) {
      kernel.waiting.add(id);
      assertEquals(0, batch.accept(id));
    }
  }

  private void drop(long id) {
    kernel.waiting.add(id);
    assertEquals(0, batch.drop(id));
  }

  @Test
  void joinsEqualVerdictsThatFollowOneAnother() {
    accept(1, 2, 3);
    drop(4);
    accept(5);
    drop(6);
    drop(7);

    assertEquals(7, batch.pending());
    assertEquals(7, batch.flush());
    assertEquals(List.of("...3+", "4-", "5+", "...7-"), kernel.messages);
    assertEquals(7, batch.sent());
    assertEquals(0, batch.pending());
    assertEquals(List.of(), kernel.waiting);
  }

  @Test
  void goesOnWithTheNextBatch() {
    accept(1, 2);
    batch.flush();
    accept(3);
    batch.flush();
    accept(4, 5);
    batch.flush();

    assertEquals(List.of("...2+", "3+", "...5+"), kernel.messages);
  }

  @Test
  void sendsItselfWhenFullHoweverFewTheMessages() {
    for (long id = 1; id <= 20; id++) {
      accept(id);
    }

    assertEquals(List.of("...8+", "...16+"), kernel.messages);
    assertEquals(4, batch.pending());
    assertEquals(16, batch.sent());
  }

  @Test
  void joinsNothingBehindAPacketThatIsHeld() {
    accept(1, 2);
    kernel.waiting.add(3L);
    accept(4, 5, 6);
    batch.flush();

    assertEquals(List.of("...2+", "4+", "5+", "6+"), kernel.messages);
    assertEquals(List.of(3L), kernel.waiting);

    assertEquals(0, batch.drop(3));
    accept(7, 8);
    batch.flush();

    assertEquals(List.of("3-", "7+", "8+"), kernel.messages.subList(4, 7));
    assertEquals(Verdict.DROP, kernel.answers.get(3L));
  }

  @Test
  void joinsNothingWhenItDoesNotKnowTheFirstPackets() {
    kernel.waiting.add(1L);
    accept(2, 3, 4);
    batch.flush();

    assertEquals(List.of("2+", "3+", "4+"), kernel.messages);
    assertEquals(List.of(1L), kernel.waiting);
  }

  @Test
  void joinsNothingAfterAnIdThatCameBefore() {
    accept(1, 2);
    assertEquals(0, batch.accept(2));
    accept(3, 4);
    batch.flush();

    assertEquals(List.of("...2+", "2+", "3+", "4+"), kernel.messages);
  }

  @Test
  void joinsNothingBehindAVerdictThatWasRefused() {
    kernel.failures.addAll(List.of(Errno.EBADF, Errno.EBADF));
    accept(1, 2, 3, 4, 5, 6, 7, 8);
    kernel.waiting.add(9L);
    assertEquals(-Errno.EBADF, batch.drop(9));

    accept(10, 11);
    batch.flush();

    assertEquals(List.of("...8+", "10+", "11+"), kernel.messages);
    assertEquals(List.of(9L), kernel.waiting);
  }

  @Test
  void goesOnWhenARefusedVerdictIsRepeated() {
    kernel.failures.addAll(List.of(Errno.EBADF, Errno.EBADF));
    accept(1, 2, 3, 4, 5, 6, 7, 8);
    assertEquals(-Errno.EBADF, batch.accept(9));

    accept(9, 10);
    batch.flush();

    assertEquals(List.of("...8+", "...10+"), kernel.messages);
  }

  @Test
  void joinsAgainOnceTheQueueIsBoundAnew() {
    accept(1, 3, 4);
    batch.flush();

    kernel.bindAnew();

    accept(1, 2, 3);
    batch.flush();
    assertEquals(List.of("1+", "3+", "4+", "...3+"), kernel.messages);
  }

  @Test
  void countsFromOneForANewSocketThoughTheOldOneHadCountedFarther() {
    accept(1, 2);
    batch.flush();

    kernel.bindAnew();

    kernel.waiting.addAll(List.of(1L, 2L));
    accept(3, 4);
    batch.flush();
    assertEquals(List.of("...2+", "3+", "4+"), kernel.messages);
    assertEquals(List.of(1L, 2L), kernel.waiting);
  }

  @Test
  void joinsToWhatCouldNotBeSent() {
    kernel.failures.add(Errno.EBADF);
    accept(1, 2);
    drop(3);
    assertEquals(-Errno.EBADF, batch.flush());
    drop(4);

    assertEquals(4, batch.flush());
    assertEquals(List.of("...2+", "...4-"), kernel.messages);
  }

  @Test
  void tellsVerdictsNotMessagesWhenOnlySomeWereSent() {
    kernel.largest = 2 * VerdictBatch.MESSAGE_BYTES;
    int[] sends = {0};
    VerdictBatch halting =
        new VerdictBatch(
            (address, length) ->
                ++sends[0] == 3 ? -Errno.ECONNREFUSED : kernel.send(address, length),
            () -> 0,
            QUEUE,
            CAPACITY,
            true);
    for (long id = 1; id <= 7; id++) {
      kernel.waiting.add(id);
      assertEquals(0, halting.verdict(id, id == 3 || id >= 6 ? Verdict.DROP : Verdict.ACCEPT));
    }

    // Four messages are too large, the first two go, the others do not.
    assertEquals(-Errno.ECONNREFUSED, halting.flush());
    assertEquals(3, halting.sent());
    assertEquals(4, halting.pending());
    assertEquals(4, halting.flush());
    assertEquals(List.of("...2+", "3-", "...5+", "...7-"), kernel.messages);
    assertEquals(7, halting.sent());
  }

  @Test
  void knowsTheNextIdWhereTheyBeginAnew() {
    assertTrue(VerdictBatch.isNext(1, 0));
    assertTrue(VerdictBatch.isNext(0x80000000L, 0x7fffffffL));
    assertTrue(VerdictBatch.isNext(0, 0xffffffffL));
    assertFalse(VerdictBatch.isNext(1, 0xffffffffL));
    assertFalse(VerdictBatch.isNext(0, -1));
  }

  /**
   * Packets that are answered, held for a while, answered by another batch, dropped by the kernel;
   * sends that fail; sockets that are bound anew: each has its own verdict and no other.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void givesEachPacketItsOwnVerdictWhateverHappens(long seed) {
    Random random = new Random(seed);
    for (int socket = 0; socket < 200; socket++) {
      VerdictBatch other = newBatch();
      Map<Long, Integer> given = new TreeMap<>();
      Deque<Long> held = new ArrayDeque<>();
      boolean isTroubled = socket % 2 == 1;
      for (long id = 1; id <= 100; id++) {
        int event = isTroubled ? random.nextInt(60) : 59;
        if (event == 0) { // a number that the kernel gave to a packet that it then dropped
          continue;
        }
        kernel.waiting.add(id);
        if (event == 1) {
          held.add(id);
        } else {
          give(event == 2 ? other : batch, id, random, given);
        }
        if (event == 3 && !held.isEmpty()) {
          give(random.nextBoolean() ? batch : other, held.removeFirst(), random, given);
        }
        if (event == 4) {
          kernel.failures.add(Errno.EBADF);
        }
        if (random.nextInt(10) == 0) {
          int unused = batch.flush();
        }
        checkAnswersAre(given);
      }
      kernel.failures.clear();
      assertTrue(batch.flush() >= 0 && other.flush() >= 0);
      checkAnswersAre(given);
      assertEquals(given.size(), kernel.answers.size(), "all that were given were sent");
      kernel.bindAnew();
    }
    assertTrue(kernel.messages.stream().anyMatch(message -> message.startsWith("...")));
  }

  private static void give(VerdictBatch to, long id, Random random, Map<Long, Integer> given) {
    int word = random.nextInt(4) == 0 ? Verdict.DROP : Verdict.ACCEPT;
    if (to.verdict(id, word) == 0) {
      given.put(id, word);
    }
  }

  private void checkAnswersAre(Map<Long, Integer> given) {
    kernel.answers.forEach((id, word) -> assertEquals(given.get(id), word, () -> "packet " + id));
  }
}
