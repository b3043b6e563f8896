// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages messages in the ways that bytes are damaged, or forged. */
final class MutatedMessages {
  private final SplittableRandom random;
  private byte[] previous = {0};

  MutatedMessages(SplittableRandom random) {
    this.random = random;
  }

  /** A damaged copy of this message; some are cut together with the one before. */
  byte[] of(byte[] message) {
    byte[] mutated = message.clone();
    for (int changes = random.nextInt(4) == 0 ? 3 : 1; changes > 0; changes--) {
      mutated = change(mutated);
    }
    previous = message;
    return mutated;
  }

  private byte[] change(byte[] octets) {
    if (octets.length < 2) {
      return new byte[] {1, 2, 3, 4};
    }
    int at = random.nextInt(octets.length - 1);
    switch (random.nextInt(8)) {
      case 0 -> octets[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> octets[at] = (byte) random.nextInt(256);
      case 2 -> {
        // Most lengths and counts are 16-bit numbers with a zero in front.
        octets[at] = 0;
        octets[at + 1] = (byte) random.nextInt(40);
      }
      case 3 -> {
        octets[at] = (byte) (0xc0 | (random.nextInt(8) == 0 ? random.nextInt(64) : 0));
        octets[at + 1] = (byte) random.nextInt(octets.length);
      }
      case 4 -> {
        return Arrays.copyOf(octets, random.nextInt(octets.length));
      }
      case 5 -> {
        return Arrays.copyOf(octets, octets.length + random.nextInt(1, 20));
      }
      case 6 -> {
        return splice(octets, at);
      }
      default -> {
        int header = random.nextInt(Math.min(12, octets.length));
        octets[header] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return octets;
  }

  /** The beginning of this one and the end of the one before. */
  private byte[] splice(byte[] octets, int at) {
    int from = random.nextInt(previous.length);
    byte[] spliced = Arrays.copyOf(octets, at + previous.length - from);
    System.arraycopy(previous, from, spliced, at, previous.length - from);
    return spliced;
  }
}
