// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.AnswerLinks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LearntAddressesTest {
  private static final DomainName NAME = DomainName.parse("a.test");

  private final List<String> committed = new ArrayList<>();
  private boolean holding = true;
  private boolean failing;
  private int wakeUps;

  private final Commit target =
      new Commit() {
        @Override
        public void commit(Answer answer, long nowNs) {
          if (failing) {
            throw new IllegalStateException("a commit that fails");
          }
          committed.add("commit");
        }

        @Override
        public void endOfBatch(long nowNs) {
          committed.add("end");
        }
      };

  private final LearntAddresses learnt =
      new LearntAddresses(target, () -> holding, () -> wakeUps++);

  private record Taught(AnswerLinks links) implements Answer {
    @Override
    public long clientHi() {
      return 0;
    }

    @Override
    public long clientLo() {
      return 1;
    }
  }

  private static IpAddress address(int number) {
    return IpAddress.parse(
        "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255));
  }

  private void commit(int number) {
    learnt.commit(
        new Taught(AnswerLinks.of(List.of(new AddressEdge(NAME, address(number), 60)))), 0);
  }

  private List<IpAddress> taken() {
    List<IpAddress> addresses = new ArrayList<>();
    for (; learnt.hasNext(); learnt.advance()) {
      addresses.add(new IpAddress(learnt.hi(), learnt.lo()));
    }
    return addresses;
  }

  @Test
  void tellsAddressesAtTheEndOfTheBatchAndNotBefore() {
    commit(1);
    commit(2);
    assertFalse(learnt.hasNext());
    assertEquals(0, wakeUps);

    learnt.endOfBatch(0);

    assertEquals(List.of("commit", "commit", "end"), committed);
    assertEquals(1, wakeUps);
    assertEquals(List.of(address(1), address(2)), taken());
    assertFalse(learnt.takeAny());
  }

  @Test
  void saysNothingWhileNobodyWaits() {
    holding = false;
    commit(1);
    learnt.endOfBatch(0);
    holding = true;
    commit(2);
    learnt.endOfBatch(0);

    assertEquals(1, wakeUps);
    assertEquals(List.of(address(2)), taken());
  }

  @Test
  void saysNothingOfABatchThatTaughtNothing() {
    learnt.endOfBatch(0);

    assertEquals(0, wakeUps);
    assertFalse(learnt.takeAny());
  }

  @Test
  void takesAnAliasForAnyAddressOnce() {
    learnt.commit(
        new Taught(AnswerLinks.of(List.of(new AliasEdge(NAME, DomainName.parse("b.test"), 60)))),
        0);
    assertFalse(learnt.takeAny(), "before the end of the batch");
    learnt.endOfBatch(0);

    assertTrue(learnt.takeAny());
    assertFalse(learnt.takeAny());
    learnt.endOfBatch(0);
    assertFalse(learnt.takeAny(), "that batch had no alias");
  }

  @Test
  void takesWhatItHasNoRoomForForAnyAddress() {
    for (int i = 0; i < LearntAddresses.SLOTS; i++) {
      commit(i);
    }
    learnt.endOfBatch(0);
    assertFalse(learnt.takeAny());
    commit(-1 & 0xffff);
    learnt.endOfBatch(0);

    assertTrue(learnt.takeAny());
    List<IpAddress> taken = taken();
    assertEquals(LearntAddresses.SLOTS, taken.size());
    assertEquals(address(0), taken.get(0));
    assertEquals(address(LearntAddresses.SLOTS - 1), taken.get(LearntAddresses.SLOTS - 1));
  }

  @Test
  void goesRoundAndRound() {
    for (int i = 0; i < 5 * LearntAddresses.SLOTS; i++) {
      commit(i);
      learnt.endOfBatch(0);
      assertEquals(List.of(address(i)), taken());
    }
    assertFalse(learnt.takeAny());
  }

  /** What was put into force before the failure may be what somebody waits for. */
  @Test
  void tellsOfACommitThatFailed() {
    failing = true;
    assertThrows(IllegalStateException.class, () -> commit(1));
    learnt.endOfBatch(0);

    assertEquals(List.of(address(1)), taken());
  }
}
