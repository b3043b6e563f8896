// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * Knows the suffixes below which anybody can register names.
 *
 * <p>The list is the one that Guava has; but to load it there takes longer than all else of a
 * start. So the build writes what {@link PublicSuffixTable} makes of it, sorted hashes of 64 bits,
 * and this looks them up. Two names with one hash would mean a warning too many, no more.
 *
 * <p><b>Threading:</b> any thread.
 *
 * <p><b>Bounds:</b> the first question reads the table, some 80 kB.
 */
final class PublicSuffix {
  /** Beside this class. */
  static final String RESOURCE = "public-suffixes";

  /** How the list knows a name; an exact one counts more than the others. */
  enum Entry {
    /** The name is a suffix. */
    EXACT,
    /** Each name with one more label is. */
    BELOW,
    /** The name is not, though the one without its first label says so. */
    EXCEPT
  }

  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /** Loaded by the first question. */
  private static final class Table {
    static final LongBuffer HASHES = read();

    private static LongBuffer read() {
      try (InputStream in = PublicSuffix.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException("the build has not written " + RESOURCE);
        }
        return ByteBuffer.wrap(in.readAllBytes()).asLongBuffer();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private PublicSuffix() {}

  /** Whether these labels, from left to right, lower case and A-labels, are such a suffix. */
  static boolean is(List<String> labels) {
    String name = String.join(".", labels);
    int dot = name.indexOf('.');
    return has(Entry.EXACT, name)
        || (dot > 0 && has(Entry.BELOW, name.substring(dot + 1)) && !has(Entry.EXCEPT, name));
  }

  private static boolean has(Entry entry, String name) {
    long hash = hash(entry, name);
    int low = 0;
    int high = Table.HASHES.limit() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(Table.HASHES.get(middle), hash);
      if (order == 0) {
        return true;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** What stands in the table for a name: FNV-1a. */
  static long hash(Entry entry, String name) {
    long hash = (FNV_BASIS ^ entry.ordinal()) * FNV_PRIME;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }
}
