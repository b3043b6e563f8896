// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VerdictBatchTest {
  private static final int QUEUE = 0x1234;

  /** Remembers the verdicts that it took. */
  private static final class FakeKernel extends FailingKernel {
    final List<Long> answered = new ArrayList<>();
    final List<Integer> sizes = new ArrayList<>();

    @Override
    void take(int type, int word, long id) {
      answered.add(id);
    }

    @Override
    void sent(int length) {
      sizes.add(length / 32);
    }
  }

  private final FakeKernel kernel = new FakeKernel();
  private final VerdictBatch batch = new VerdictBatch(kernel, QUEUE, 8);

  private static List<Long> ids(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private void add(long first, long last) {
    for (long id = first; id <= last; id++) {
      assertEquals(0, batch.accept(id));
    }
  }

  @Test
  void writesTheMessageOfTheHeaderFile() {
    batch.verdict(0xfedcba98L, Verdict.toQueue(100));

    byte[] message = new byte[32];
    batch.message(0).get(message);
    // The length and the attribute's length are in host order; the packet id is big endian.
    byte[] expected =
        new NetlinkMessages()
            .message(NetlinkMessages.QUEUE_VERDICT)
            .nfgen(QUEUE)
            .attribute(2, 0, 100, 0, 3, 0xfe, 0xdc, 0xba, 0x98)
            .toArray();
    Netlink.putHost16(ByteBuffer.wrap(expected), 6, Netlink.NLM_F_REQUEST);
    assertArrayEquals(expected, message);
  }

  @Test
  void sendsAllInOneMessage() {
    add(1, 3);
    assertEquals(0, batch.drop(4));

    assertEquals(4, batch.flush());
    assertEquals(List.of(4), kernel.sizes);
    assertEquals(ids(1, 4), kernel.answered);
    assertEquals(0, batch.pending());
    assertEquals(0, batch.flush());
  }

  @Test
  void sendsItselfWhenFull() {
    add(1, 20);

    assertEquals(List.of(8, 8), kernel.sizes);
    assertEquals(4, batch.pending());
    assertEquals(16, batch.sent());
  }

  @Test
  void triesAgainAfterASignalAndAfterWantOfMemory() {
    kernel.failures.addAll(List.of(Errno.EINTR, Errno.EAGAIN));
    add(1, 5);

    assertEquals(5, batch.flush());
    assertEquals(ids(1, 5), kernel.answered);
    assertEquals(2, batch.retries());
  }

  @Test
  void sendsSmallerMessagesWhenMemoryForALargeOneIsMissing() {
    kernel.largest = 3 * 32;
    add(1, 7);

    assertEquals(7, batch.flush());
    assertEquals(ids(1, 7), kernel.answered);
    assertEquals(List.of(2, 2, 2, 1), kernel.sizes);
  }

  @Test
  void keepsWhatCannotBeSentAndSaysSo() {
    kernel.failures.add(Errno.EBADF);
    add(1, 5);

    assertEquals(-Errno.EBADF, batch.flush());
    assertEquals(5, batch.pending());
    assertEquals(5, batch.flush());
    assertEquals(ids(1, 5), kernel.answered);
  }

  @Test
  void keepsTheRestWhenOnlySomeWereSent() {
    kernel.failures.add(Errno.ENOBUFS);
    add(1, 7);
    VerdictBatch.Sender[] once = {kernel};
    VerdictBatch halting =
        new VerdictBatch(
            (address, length) -> {
              int result = once[0].send(address, length);
              if (result > 0) {
                kernel.failures.add(Errno.ECONNREFUSED);
              }
              return result;
            },
            QUEUE,
            8);
    for (long id = 1; id <= 7; id++) {
      assertEquals(0, halting.accept(id));
    }

    assertEquals(-Errno.ECONNREFUSED, halting.flush());
    assertEquals(3, halting.pending());
    assertEquals(ids(1, 4), kernel.answered);
    assertEquals(3, halting.flush());
    assertEquals(ids(1, 7), kernel.answered);
  }

  @Test
  void refusesAVerdictOnlyWhenFullAndStuck() {
    add(1, 7);
    kernel.failures.addAll(List.of(Errno.EBADF, Errno.EBADF));

    assertEquals(0, batch.accept(8)); // its flush fails, the verdict is kept
    assertEquals(8, batch.pending());
    assertEquals(-Errno.EBADF, batch.accept(9));
    assertEquals(8, batch.pending());

    assertEquals(0, batch.accept(9));
    assertEquals(1, batch.flush());
    assertEquals(ids(1, 9), kernel.answered);
  }

  @Test
  void givesUpAfterABoundedNumberOfTries() {
    for (int i = 0; i < 100; i++) {
      kernel.failures.add(Errno.EAGAIN);
    }
    add(1, 1);

    assertEquals(-Errno.EAGAIN, batch.flush());
    assertEquals(9, batch.retries());
    assertEquals(1, batch.pending());
  }

  @Test
  void sendsNothingForPacketsOfASocketThatWasReplaced() {
    int[] generation = {0};
    VerdictBatch rebound = new VerdictBatch(kernel, () -> generation[0], QUEUE, 8);
    kernel.failures.add(Errno.EBADF);
    assertEquals(0, rebound.accept(1));
    assertEquals(0, rebound.accept(2));
    assertEquals(-Errno.EBADF, rebound.flush());

    generation[0]++;

    assertEquals(0, rebound.flush());
    assertEquals(0, rebound.pending());
    assertEquals(List.of(), kernel.answered);
  }

  /** The numbers of packets begin anew: what waited must take no verdict of the new ones along. */
  @Test
  void sendsWhatIsForTheNewSocketThoughSomethingForTheOldOneWaited() {
    int[] generation = {0};
    VerdictBatch rebound = new VerdictBatch(kernel, () -> generation[0], QUEUE, 8);
    assertEquals(0, rebound.accept(7));
    assertEquals(0, rebound.accept(8));

    generation[0]++;

    assertEquals(0, rebound.accept(1));
    assertEquals(1, rebound.pending());
    assertEquals(1, rebound.flush());
    assertEquals(ids(1, 1), kernel.answered);
  }

  @Test
  void takesVerdictsOfTheNewSocketThoughTheOldOneLeftItFull() {
    int[] generation = {0};
    VerdictBatch rebound = new VerdictBatch(kernel, () -> generation[0], QUEUE, 8);
    kernel.failures.add(Errno.EBADF);
    for (long id = 1; id <= 8; id++) {
      assertEquals(0, rebound.accept(id));
    }
    assertEquals(8, rebound.pending());

    generation[0]++;

    assertEquals(0, rebound.accept(1));
    assertEquals(1, rebound.flush());
    assertEquals(ids(1, 1), kernel.answered);
  }

  @Test
  void refusesACapacityBeyondOneMessage() {
    assertThrows(IllegalArgumentException.class, () -> new VerdictBatch(kernel, 1, 4097));
    assertThrows(IllegalArgumentException.class, () -> new VerdictBatch(kernel, 1, 0));
  }
}
