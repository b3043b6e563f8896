// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.ParseStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HeldPacketsTest {
  private static final int CAPACITY = 5;
  private static final String CLIENT = "10.65.0.2";

  private final DatagramRing datagrams = new DatagramRing(64, 1024);
  private long lastId;

  private HeldPackets packets(int capacity) {
    return new HeldPackets(capacity, datagrams);
  }

  /** Receives a segment into the next slot. */
  private HeldPacket receive(HeldPackets held, int sourcePort, String destination, int flags) {
    HeldPacket packet = held.next();
    datagrams.put(
        packet.slot(), QueuedDatagrams.tcp(++lastId, 3, CLIENT, sourcePort, destination, flags));
    packet.received(lastId);
    packet.decodeHeaders();
    assertEquals(ParseStatus.OK, packet.status());
    assertTrue(packet.awaitsVerdict());
    return packet;
  }

  private HeldPacket hold(HeldPackets held, int sourcePort, String destination) {
    HeldPacket packet = receive(held, sourcePort, destination, QueuedDatagrams.SYN);
    held.add();
    return packet;
  }

  private static List<Long> inOrder(HeldPackets held) {
    List<Long> ids = new ArrayList<>();
    for (HeldPacket each = held.oldest(); each != null; each = each.younger) {
      ids.add(each.header().packetId());
    }
    return ids;
  }

  private static Set<Long> goingTo(HeldPackets held, String destination) {
    IpAddress address = IpAddress.parse(destination);
    Set<Long> ids = new HashSet<>();
    for (HeldPacket each = held.bucketOf(address.hi(), address.lo());
        each != null;
        each = each.nextInBucket) {
      if (each.goesTo(address.hi(), address.lo())) {
        ids.add(each.header().packetId());
      }
    }
    return ids;
  }

  @Test
  void keepsTheOrderInWhichPacketsCame() {
    HeldPackets held = packets(CAPACITY);
    HeldPacket first = hold(held, 1, "192.0.2.1");
    HeldPacket second = hold(held, 2, "192.0.2.2");
    hold(held, 3, "192.0.2.3");

    held.remove(second);
    assertEquals(List.of(1L, 3L), inOrder(held));
    held.remove(first);
    hold(held, 4, "192.0.2.4");
    assertEquals(List.of(3L, 4L), inOrder(held));
    assertEquals(2, held.size());
  }

  @Test
  void isFullAtItsCapacityAndHasOneSlotMoreToLookAtWhatComes() {
    HeldPackets held = packets(CAPACITY);
    for (int i = 0; i < CAPACITY; i++) {
      assertFalse(held.isFull());
      hold(held, i, "192.0.2.1");
    }

    assertTrue(held.isFull());
    HeldPacket extra = receive(held, 99, "192.0.2.1", QueuedDatagrams.SYN);
    assertSame(extra, held.next(), "it stays free until it is added");
    held.add();
    assertThrows(IllegalStateException.class, held::next);
  }

  @Test
  void refusesDatagramsWithoutThatSlot() {
    assertThrows(IllegalArgumentException.class, () -> packets(datagrams.slots()));
  }

  @Test
  void takesForASecondOpeningOnlyTheSameSynThatIsStillHeld() {
    HeldPackets held = packets(CAPACITY);
    HeldPacket first = hold(held, 1, "192.0.2.1");

    assertTrue(held.hasSameOpening(receive(held, 1, "192.0.2.1", QueuedDatagrams.SYN)));
    assertFalse(held.hasSameOpening(receive(held, 2, "192.0.2.1", QueuedDatagrams.SYN)));
    assertFalse(held.hasSameOpening(receive(held, 1, "192.0.2.2", QueuedDatagrams.SYN)));
    assertFalse(held.hasSameOpening(receive(held, 1, "192.0.2.1", QueuedDatagrams.ACK)));
    held.remove(first);
    assertFalse(held.hasSameOpening(receive(held, 1, "192.0.2.1", QueuedDatagrams.SYN)));
  }

  /** Against a plain list; with few destinations, so that buckets are shared. */
  @Test
  void findsByDestinationWhateverCameAndWent() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    HeldPackets held = packets(32);
    Deque<HeldPacket> model = new ArrayDeque<>();
    for (int step = 0; step < 5_000; step++) {
      if (!held.isFull() && random.nextInt(3) > 0) {
        model.add(hold(held, step & 0xffff, "192.0.2." + random.nextInt(12)));
      } else if (!model.isEmpty()) {
        HeldPacket leaving = new ArrayList<>(model).get(random.nextInt(model.size()));
        model.remove(leaving);
        held.remove(leaving);
      }
      String destination = "192.0.2." + random.nextInt(12);
      IpAddress address = IpAddress.parse(destination);
      Set<Long> expected = new HashSet<>();
      model.stream()
          .filter(each -> each.goesTo(address.hi(), address.lo()))
          .forEach(each -> expected.add(each.header().packetId()));
      assertEquals(expected, goingTo(held, destination), () -> "-Dseed=" + seed);
      assertEquals(model.size(), held.size(), () -> "-Dseed=" + seed);
    }
    assertEquals(model.stream().map(each -> each.header().packetId()).toList(), inOrder(held));
  }
}
