// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a {@link StreamListener} is told. */
final class Heard implements StreamListener {
  private final List<byte[]> messages = new ArrayList<>();
  private final List<StreamLoss> losses = new ArrayList<>();

  @Override
  public void message(ByteBuffer buffer, int offset, int length) {
    byte[] octets = new byte[length];
    buffer.get(offset, octets);
    messages.add(octets);
  }

  @Override
  public void lost(StreamLoss why) {
    losses.add(why);
  }

  int count() {
    return messages.size();
  }

  /** Forgets the messages since the last time, and says how many. */
  int forget() {
    int count = messages.size();
    messages.clear();
    return count;
  }

  /** These messages in this order since the last time, and nothing lost. */
  void expect(byte[]... expected) {
    expectLosses();
    expectMessages(expected);
  }

  void expectMessages(byte[]... expected) {
    assertEquals(expected.length, messages.size(), "messages");
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], messages.get(i), "message " + i);
    }
    messages.clear();
  }

  void expectLosses(StreamLoss... expected) {
    assertEquals(List.of(expected), losses);
    losses.clear();
  }
}
