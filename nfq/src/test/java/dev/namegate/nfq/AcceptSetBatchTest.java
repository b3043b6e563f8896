// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AcceptSetBatchTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final IpAddress CLIENT = IpAddress.parse("10.0.0.2");
  private static final IpAddress CLIENT6 = IpAddress.parse("fd00::2");

  private final FakeIpset kernel = new FakeIpset();
  private final AcceptSetBatch batch = new AcceptSetBatch(kernel, 256);
  private final int workloads = batch.register("ng-wl4", false, true);
  private final int workloads6 = batch.register("ng-wl6", true, true);
  private final int host = batch.register("ng-hep4-eth0", false, false);

  AcceptSetBatchTest() {
    kernel.create("ng-wl4", 1000);
    kernel.create("ng-wl6", 1000);
    kernel.create("ng-hep4-eth0", 1000);
  }

  private int add(int set, String to, int protocol, int port, int timeout) {
    IpAddress dst = IpAddress.parse(to);
    IpAddress src = set == workloads6 ? CLIENT6 : CLIENT;
    return batch.add(set, dst.hi(), dst.lo(), protocol, port, src.hi(), src.lo(), timeout);
  }

  private int delete(int set, String to, int protocol, int port) {
    IpAddress dst = IpAddress.parse(to);
    IpAddress src = set == workloads6 ? CLIENT6 : CLIENT;
    return batch.delete(set, dst.hi(), dst.lo(), protocol, port, src.hi(), src.lo());
  }

  /** Positions and reasons of what failed. */
  private List<String> failures(int count) {
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      failures.add(batch.failedPosition(i) + " " + AcceptSetFailure.name(batch.failure(i)));
    }
    return failures;
  }

  @Test
  void sendsAllThatWaitsAtOnceAndWhatIsAlikeInOneMessage() {
    assertEquals(0, add(workloads, "192.0.2.1", TCP, 443, 30));
    assertEquals(1, add(workloads, "192.0.2.2", UDP, 65_535, 31));
    assertEquals(2, add(workloads6, "2001:db8::1", 132, 9, 32));
    assertEquals(3, add(host, "192.0.2.1", TCP, 80, 33));
    assertEquals(4, delete(host, "192.0.2.9", TCP, 80));

    assertEquals(5, batch.pending());
    assertEquals(0, batch.flush());

    assertEquals(1, kernel.sends);
    assertEquals(4, kernel.messages);
    assertEquals(
        Map.of("192.0.2.1,6:443,10.0.0.2", 30, "192.0.2.2,17:65535,10.0.0.2", 31),
        kernel.set("ng-wl4"));
    assertEquals(Map.of("2001:db8::1,132:9,fd00::2", 32), kernel.set("ng-wl6"));
    assertEquals(Map.of("192.0.2.1,6:80", 33), kernel.set("ng-hep4-eth0"));
    assertEquals("- ng-hep4-eth0 192.0.2.9,6:80", kernel.log.get(4));
    assertEquals(0, batch.pending());
    assertEquals(5, batch.taken());
    assertEquals(0, batch.flush());
    assertEquals(1, kernel.sends, "nothing waits, nothing is sent");
  }

  @Test
  void addsAllOthersWhenTheSetOfSomeIsFull() {
    kernel.create("ng-wl4", 2);
    for (int i = 1; i <= 5; i++) {
      add(workloads, "192.0.2." + i, TCP, 443, 30);
    }
    add(host, "192.0.2.1", TCP, 443, 30);

    int failed = batch.flush();

    assertEquals(List.of("2 set is full", "3 set is full", "4 set is full"), failures(failed));
    assertEquals(2, kernel.set("ng-wl4").size());
    assertEquals(1, kernel.set("ng-hep4-eth0").size());
    assertEquals(3, batch.failedAdds());
    assertEquals(3, batch.taken());
    add(host, "192.0.2.2", TCP, 443, 30);
    assertEquals(0, batch.flush());
  }

  @Test
  void takesWhatFollowsAnEntryThatIsRefusedInTheMiddle() {
    kernel.create("ng-wl4", 2);
    add(workloads, "192.0.2.1", TCP, 443, 30);
    add(workloads, "192.0.2.2", TCP, 443, 30);
    add(workloads, "192.0.2.3", TCP, 443, 30);
    add(workloads, "192.0.2.1", TCP, 443, 60);
    add(workloads, "192.0.2.2", TCP, 443, 61);

    assertEquals(List.of("2 set is full"), failures(batch.flush()));
    assertEquals(
        Map.of("192.0.2.1,6:443,10.0.0.2", 60, "192.0.2.2,6:443,10.0.0.2", 61),
        kernel.set("ng-wl4"));
  }

  @Test
  void keepsTheOrderOfWhatIsAddedAndDeletedEvenAfterARefusal() {
    kernel.create("ng-wl4", 2);
    add(workloads, "192.0.2.1", TCP, 443, 30);
    add(workloads, "192.0.2.2", TCP, 443, 30);
    add(workloads, "192.0.2.3", TCP, 443, 30); // Full.
    delete(workloads, "192.0.2.1", TCP, 443);
    add(workloads, "192.0.2.4", TCP, 443, 30);
    delete(workloads, "192.0.2.2", TCP, 443);
    delete(workloads, "192.0.2.4", TCP, 443);

    assertEquals(0, batch.flush(), "the second attempt finds the room that the first made");

    assertEquals(Map.of("192.0.2.3,6:443,10.0.0.2", 30), kernel.set("ng-wl4"));
  }

  @Test
  void tellsWhichSetIsMissing() {
    kernel.sets.remove("ng-wl6");
    add(workloads6, "2001:db8::1", TCP, 443, 30);
    add(workloads6, "2001:db8::2", TCP, 443, 30);
    add(workloads, "192.0.2.1", TCP, 443, 30);
    delete(workloads6, "2001:db8::1", TCP, 443);

    int failed = batch.flush();

    assertEquals(List.of("0 no such set", "1 no such set", "3 no such set"), failures(failed));
    assertEquals(1, kernel.set("ng-wl4").size());
    assertEquals(2, batch.failedAdds());
    assertEquals(1, batch.failedDeletes());
  }

  @Test
  void refusesWhatTheKernelWouldKeepForEverOrNotKnow() {
    assertEquals(AcceptSetBatch.REFUSED, add(workloads, "192.0.2.1", TCP, 443, 0));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads, "192.0.2.1", TCP, 443, -1));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads, "0.0.0.0", TCP, 443, 30));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads6, "::", TCP, 443, 30));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads6, "192.0.2.1", TCP, 443, 30));
    assertEquals(AcceptSetBatch.REFUSED, add(host, "2001:db8::1", TCP, 443, 30));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads, "192.0.2.1", 1, 0, 30));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads, "192.0.2.1", TCP, 65_536, 30));
    assertEquals(AcceptSetBatch.REFUSED, add(workloads, "192.0.2.1", TCP, -1, 30));
    assertEquals(AcceptSetBatch.REFUSED, delete(workloads, "0.0.0.0", TCP, 443));
    IpAddress to = IpAddress.parse("192.0.2.1");
    IpAddress nobody = IpAddress.parse("0.0.0.0");
    assertEquals(
        AcceptSetBatch.REFUSED,
        batch.add(workloads, to.hi(), to.lo(), TCP, 443, nobody.hi(), nobody.lo(), 30));
    assertEquals(0, batch.pending());

    assertEquals(0, batch.add(host, to.hi(), to.lo(), TCP, 443, 0, 0, 30), "no source needed");
    assertEquals(1, add(host, "192.0.2.2", TCP, 443, Integer.MAX_VALUE));
    batch.flush();
    assertEquals(
        AcceptSetBatch.MAX_TIMEOUT_SECONDS, kernel.set("ng-hep4-eth0").get("192.0.2.2,6:443"));
  }

  @Test
  void knowsASetByItsNameOnce() {
    assertEquals(workloads, batch.register("ng-wl4", false, true));
    assertThrows(IllegalArgumentException.class, () -> batch.register("ng-wl4", true, true));
    assertThrows(IllegalArgumentException.class, () -> batch.register("", true, true));
    assertThrows(IllegalArgumentException.class, () -> batch.register("n".repeat(32), true, true));
    assertThrows(IllegalArgumentException.class, () -> add(99, "192.0.2.1", TCP, 443, 30));
    for (int i = 3; i < AcceptSetBatch.MAX_SETS; i++) {
      assertEquals(i, batch.register("set" + i, false, false));
    }
    int more = batch.register("more", false, false);
    assertEquals(AcceptSetBatch.REFUSED, more);
    assertEquals(AcceptSetBatch.REFUSED, add(more, "192.0.2.1", TCP, 443, 30));
    assertEquals(AcceptSetBatch.REFUSED, delete(more, "192.0.2.1", TCP, 443));
    assertEquals(workloads, batch.register("ng-wl4", false, true));
  }

  @Test
  void asksForAFlushWhenFull() {
    for (int i = 0; i < 256; i++) {
      assertEquals(i, add(host, "192.0.2.1", TCP, i, 30));
    }
    assertEquals(AcceptSetBatch.BATCH_FULL, add(host, "192.0.2.1", TCP, 300, 30));

    assertEquals(0, batch.flush());
    assertEquals(0, add(host, "192.0.2.1", TCP, 300, 30));
    assertEquals(0, batch.flush());

    assertEquals(257, kernel.set("ng-hep4-eth0").size());
    assertEquals(3, kernel.messages, "128, 128 and 1");
  }

  @Test
  void sendsABatchOfTheLargestKindInSeveralParts() {
    AcceptSetBatch large = new AcceptSetBatch(kernel, AcceptSetBatch.MAX_CAPACITY);
    kernel.create("ng-wl6", 100_000);
    int set = large.register("ng-wl6", true, true);
    IpAddress to = IpAddress.parse("2001:db8::1");
    for (int i = 0; i < AcceptSetBatch.MAX_CAPACITY; i++) {
      large.add(set, to.hi(), to.lo() + i, TCP, 443, CLIENT6.hi(), CLIENT6.lo(), 30);
    }

    assertEquals(0, large.flush());

    assertEquals(AcceptSetBatch.MAX_CAPACITY, kernel.set("ng-wl6").size());
    assertTrue(kernel.sends > 1 && kernel.sends < 10, () -> "sends " + kernel.sends);
  }

  @Test
  void triesAgainWhenMemoryIsShortForAMoment() {
    kernel.sendResults.addAll(List.of(-Errno.ENOBUFS, -Errno.EINTR, 0));
    add(workloads, "192.0.2.1", TCP, 443, 30);

    assertEquals(0, batch.flush());

    assertEquals(1, kernel.set("ng-wl4").size());
  }

  @Test
  void allFailsWhatCannotBeSent() {
    for (int i = 0; i < 100; i++) {
      kernel.sendResults.add(i < 40 ? -Errno.ENOMEM : -Errno.EPERM);
    }
    add(workloads, "192.0.2.1", TCP, 443, 30);
    delete(workloads, "192.0.2.2", TCP, 443);

    assertEquals(List.of("0 no kernel memory", "1 no kernel memory"), failures(batch.flush()));
    assertEquals(Map.of(), kernel.set("ng-wl4"));
    assertEquals(0, batch.taken());

    kernel.sendResults.clear();
    kernel.sendResults.addAll(List.of(-Errno.EPERM, -Errno.EPERM));
    add(workloads, "192.0.2.1", TCP, 443, 30);
    assertEquals(List.of("0 refused"), failures(batch.flush()));
  }

  @Test
  void sendsAgainWhatMayHaveFailedWhenAnAnswerWasLost() {
    kernel.receiveResults.addAll(List.of(-Errno.EINTR, -Errno.ENOBUFS));
    add(workloads, "192.0.2.1", TCP, 443, 30);
    add(workloads, "192.0.2.2", TCP, 443, 30);

    assertEquals(0, batch.flush());
    assertEquals(4, kernel.log.size());

    kernel.receiveResults.addAll(List.of(-Errno.ENOBUFS, -Errno.ENOBUFS));
    add(workloads, "192.0.2.1", TCP, 443, 30);
    assertEquals(List.of("0 refused"), failures(batch.flush()), "what is not known has failed");
  }

  @Test
  void forgetsFailuresWithTheNextEntry() {
    kernel.create("ng-wl4", 0);
    add(workloads, "192.0.2.1", TCP, 443, 30);
    assertEquals(1, batch.flush());

    add(workloads, "192.0.2.1", TCP, 443, 30);

    assertThrows(IndexOutOfBoundsException.class, () -> batch.failure(0));
  }

  @Test
  void closesItsSocket() {
    assertFalse(kernel.closed);
    batch.close();
    assertTrue(kernel.closed);
  }

  @Test
  void survivesAnyAnswer() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("AcceptSetBatchTest.survivesAnyAnswer -Dseed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      add(workloads, "192.0.2.1", TCP, 443, 30);
      add(workloads, "192.0.2.2", TCP, 443, 30);
      add(host, "192.0.2.3", TCP, 443, 30);
      for (int i = random.nextInt(4); i > 0; i--) {
        kernel.answers.add(anyAnswer(random));
      }
      int failed = batch.flush();
      assertTrue(failed <= 3);
      for (String failure : failures(failed)) {
        assertTrue(failure.matches("[012] .*"), failure);
      }
      kernel.answers.clear();
      kernel.log.clear();
    }
  }

  /** Noise, with the fields that decide set to something sensible now and then. */
  private static byte[] anyAnswer(Random random) {
    byte[] bytes = new byte[random.nextInt(120) + 1];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = random.nextInt(3) == 0 ? bytes[i] : 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    if (bytes.length >= 20 && random.nextBoolean()) {
      buffer.putInt(0, bytes.length).putShort(4, (short) 2);
      buffer.putInt(8, 256 + random.nextInt(100_000)).putInt(16, -random.nextInt(5000));
    }
    if (bytes.length >= 56 && random.nextBoolean()) {
      buffer.putShort(50, (short) 9).putInt(52, random.nextInt(6) - 1);
    }
    return bytes;
  }
}
