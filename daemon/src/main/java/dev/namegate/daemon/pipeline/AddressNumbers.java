// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.KeyedHash;
import java.util.Arrays;

/**
 * A number for each of some addresses.
 *
 * <p><b>Threading:</b> as a map: any number of readers, or one writer.
 *
 * <p><b>Bounds:</b> grows to what is put, and stays; at most half full.
 */
@HotPath
public final class AddressNumbers {
  /** What an address has that has no number. */
  public static final int NONE = Integer.MIN_VALUE;

  private static final int FIRST_CAPACITY = 16;

  private final KeyedHash hash = new KeyedHash();
  private long[] his = new long[FIRST_CAPACITY];
  private long[] los = new long[FIRST_CAPACITY];
  private int[] numbers = new int[FIRST_CAPACITY];
  private int size;

  /** No address has a number. */
  public AddressNumbers() {
    Arrays.fill(numbers, NONE);
  }

  public int size() {
    return size;
  }

  /** The address's number or {@link #NONE}. */
  public int get(long hi, long lo) {
    return numbers[place(hi, lo)];
  }

  /** Gives the address this number, which is not {@link #NONE}. */
  public void put(long hi, long lo, int number) {
    int place = place(hi, lo);
    if (numbers[place] == NONE) {
      if (2 * ++size > numbers.length) {
        grow();
        place = place(hi, lo);
      }
      his[place] = hi;
      los[place] = lo;
    }
    numbers[place] = number;
  }

  /** Takes all numbers away. */
  public void clear() {
    Arrays.fill(numbers, NONE);
    size = 0;
  }

  private int place(long hi, long lo) {
    int last = numbers.length - 1;
    int at = KeyedHash.bucket(hash.mix(hash.mix(hash.seed(), hi), lo), numbers.length);
    while (numbers[at] != NONE && (los[at] != lo || his[at] != hi)) {
      at = (at + 1) & last;
    }
    return at;
  }

  private void grow() {
    long[] oldHis = his;
    long[] oldLos = los;
    int[] oldNumbers = numbers;
    his = new long[2 * oldHis.length];
    los = new long[his.length];
    numbers = new int[his.length];
    Arrays.fill(numbers, NONE);
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != NONE) {
        int place = place(oldHis[i], oldLos[i]);
        his[place] = oldHis[i];
        los[place] = oldLos[i];
        numbers[place] = oldNumbers[i];
      }
    }
  }
}
