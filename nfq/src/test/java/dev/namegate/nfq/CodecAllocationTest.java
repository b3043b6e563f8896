// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** <i>no-garbage</i> without a kernel; NfQueueIT has the receiving and sending. */
class CodecAllocationTest {
  private static final int ROUNDS = 20;
  private static final int PACKETS = 5_000;

  private final ByteBuffer packetBytes =
      new NetlinkMessages()
          .message(NetlinkMessages.QUEUE_PACKET)
          .nfgen(100)
          .packetHeader(1)
          .word(3, 1)
          .attribute(10, 1, 2, 3, 4)
          .toBuffer();
  private final ByteBuffer logBytes =
      new NetlinkMessages()
          .message(NetlinkMessages.LOG_PACKET)
          .nfgen(5)
          .attribute(1, 8, 0, 3, 0)
          .attribute(10, 'q', '1', 0)
          .attribute(9, 1, 2, 3, 4)
          .toBuffer();

  @Test
  void readsAndAnswersWithoutAllocating() {
    QueuedPacket packet = new QueuedPacket();
    LoggedPacket logged = new LoggedPacket();
    VerdictBatch batch = new VerdictBatch((address, length) -> length, 100, 64);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = Allocation.bytes();
      for (int i = 0; i < PACKETS; i++) {
        int status = packet.wrap(packetBytes, 0, packetBytes.capacity());
        int log = logged.wrap(logBytes, 0, logBytes.capacity());
        if (status + log + packet.next() + logged.prefixNumber() > 0) {
          batch.accept(packet.packetId());
        }
      }
      batch.flush();
      least = Math.min(least, Allocation.bytes() - before);
    }
    assertEquals(0, least);
  }

  @Test
  void joinsVerdictsWithoutAllocating() {
    VerdictBatch batch = new VerdictBatch((address, length) -> length, () -> 0, 100, 64, true);
    long least = Long.MAX_VALUE;
    long id = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = Allocation.bytes();
      for (int i = 0; i < PACKETS; i++) {
        batch.verdict(++id, i % 7 == 0 ? Verdict.DROP : Verdict.ACCEPT);
      }
      batch.flush();
      least = Math.min(least, Allocation.bytes() - before);
    }
    assertEquals(0, least);
  }

  @Test
  void fillsAcceptSetsWithoutAllocating() {
    AcceptSetBatch batch = new AcceptSetBatch(new SilentKernel(), 256);
    int workloads = batch.register("ng-wl6", true, true);
    int host = batch.register("ng-hep4", false, false);
    IpAddress to = IpAddress.parse("2001:db8::1");
    IpAddress to4 = IpAddress.parse("192.0.2.1");
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = Allocation.bytes();
      for (int i = 0; i < PACKETS; i++) {
        batch.add(workloads, to.hi(), to.lo(), 6, i, to.hi(), to.lo(), 30);
        batch.add(workloads, to.hi(), to.lo(), 17, i, to.hi(), to.lo(), 30);
        batch.delete(host, to4.hi(), to4.lo(), 6, i, 0, 0);
        if (batch.flush() > 0) {
          throw new AssertionError("nothing was refused");
        }
      }
      least = Math.min(least, Allocation.bytes() - before);
    }
    assertEquals(0, least);
  }

  /** Takes everything and says nothing. */
  private static final class SilentKernel implements AcceptSetSender.Kernel {
    @Override
    public int send(long address, int length) {
      return length;
    }

    @Override
    public int receive(long address, int length) {
      return -Errno.EAGAIN;
    }

    @Override
    public void close() {}
  }
}
