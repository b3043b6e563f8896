// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsNetns
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NflogGroupIT {
  private static final int GROUP = 5;
  private static final int PORT = 5000;
  private static final int NUMBER = 28;

  private final NetworkNamespace inside = NetworkNamespace.open();
  private final DatagramRing ring = new DatagramRing(32, DatagramRing.slotBytes(512));
  private final LoggedPacket packet = new LoggedPacket();

  NflogGroupIT() throws Exception {}

  @AfterEach
  void leave() {
    inside.close();
  }

  private void logRule(String prefix) throws Exception {
    inside.execute(
        "iptables",
        "-w",
        "-A",
        "OUTPUT",
        "-o",
        "lo",
        "-p",
        "udp",
        "--dport",
        "" + PORT,
        "-j",
        "NFLOG",
        "--nflog-group",
        "" + GROUP,
        "--nflog-prefix",
        prefix,
        "--nflog-size",
        "" + QueueConfig.MAX_COPY_RANGE);
  }

  private NflogGroup open(int copyRange, int receiveBufferBytes) throws Exception {
    NflogGroup group = inside.call(() -> NflogGroup.open(GROUP, copyRange, receiveBufferBytes));
    assertEquals(List.of(), group.warnings());
    return group;
  }

  @Test
  void deliversEachCopyBeforeThePacketArrives() throws Exception {
    logRule("ng-query-17");
    try (NflogGroup group = open(512, 1 << 20);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      for (int number = 1; number <= 50; number++) {
        udp.send(number, number);
        udp.receiveUntil(number);

        assertEquals(1, group.receive(ring, 0, 32));
        assertEquals(MessageStatus.PACKET, packet.wrap(ring, 0));
        assertEquals("ng-query-17", packet.prefix());
        assertEquals(17, packet.prefixNumber());
        assertEquals(0x0800, packet.hwProtocol());
        assertEquals(3, packet.hook());
        assertEquals(1, packet.outInterface());
        assertEquals(28 + 64, packet.payloadLength());
        assertEquals(number, ring.buffer().getInt(packet.payloadOffset() + NUMBER));
        assertEquals(MessageStatus.END, packet.next());
      }
    }
  }

  @Test
  void copiesNoMoreThanItsRange() throws Exception {
    logRule("x");
    try (NflogGroup group = open(100, 1 << 20);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 1000)) {
      udp.send(1, 1);

      assertEquals(1, group.receive(ring, 0, 1));
      assertEquals(MessageStatus.PACKET, packet.wrap(ring, 0));
      assertEquals(100, packet.payloadLength());
    }
  }

  @Test
  void copiesTheLargestReplyWhole() throws Exception {
    logRule("x");
    DatagramRing large = new DatagramRing(1, DatagramRing.slotBytes(QueueConfig.MAX_COPY_RANGE));
    try (NflogGroup group = open(QueueConfig.MAX_COPY_RANGE, 1 << 20);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 65_000)) {
      udp.send(1, 1);

      assertEquals(1, group.receive(large, 0, 1));
      assertEquals(MessageStatus.PACKET, packet.wrap(large, 0));
      assertEquals(28 + 65_000, packet.payloadLength());
    }
  }

  @Test
  void wakesThePoller() throws Exception {
    logRule("x");
    try (NflogGroup group = open(100, 1 << 20);
        Poller poller = Poller.open(group);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 1);

      assertTrue(poller.await(10_000));
      assertTrue(poller.isReady(0));
    }
  }

  @Test
  void tellsOfAFullReceiveBufferAndLosesNoPacket() throws Exception {
    logRule("x");
    try (NflogGroup group = open(512, 8192);
        LoopbackUdp udp = new LoopbackUdp(inside, PORT, 64)) {
      udp.send(1, 100);

      List<Integer> results = new ArrayList<>();
      for (int r = group.receive(ring, 0, 32); r != 0; r = group.receive(ring, 0, 32)) {
        results.add(r);
      }
      assertTrue(results.contains(-Errno.ENOBUFS), results::toString);
      assertEquals(100, udp.receiveUntil(100).size());
    }
  }

  @Test
  void namesTheHolderOfAGroup() throws Exception {
    try (NflogGroup group = open(512, 1 << 20)) {
      NfQueueException e =
          assertThrows(
              NfQueueException.class,
              () -> inside.run(() -> NflogGroup.open(group.number(), 512, 1 << 20)));
      assertTrue(
          e.getMessage()
              .startsWith(
                  "bind NFLOG group 5: EPERM (1, Operation not permitted): NFLOG group 5 is held by"
                      + " port id "),
          e.getMessage());
    }
  }

  @Test
  void leavesTheNamespacesLoggersAlone() throws Exception {
    Path loggers = Path.of("/proc/thread-self/net/netfilter/nf_log");
    String before = inside.call(() -> Files.readString(loggers));
    try (NflogGroup group = open(512, 1 << 20)) {
      assertEquals(before, inside.call(() -> Files.readString(loggers)), "" + group.number());
    }
  }
}
