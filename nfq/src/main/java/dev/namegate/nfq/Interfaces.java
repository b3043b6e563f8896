// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The names and indices of network interfaces, in the network namespace of the calling thread.
 *
 * <p>A packet carries indices only. An index is not used again soon, a name is: ask anew when
 * {@link LinkMonitor} tells of a change.
 */
public final class Interfaces {
  private Interfaces() {}

  /** The index of the interface of this name, 0 when there is none. */
  public static int index(String name) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    if (octets.length == 0 || octets.length >= LibC.IF_NAMESIZE || LibC.LOAD_FAILURE != null) {
      return 0;
    }
    ByteBuffer memory = LibC.allocate(LibC.IF_NAMESIZE).put(0, octets);
    try {
      return LibC.if_nametoindex(LibC.address(memory));
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  /** The name of the interface with this index, null when there is none. */
  public static @Nullable String name(int index) {
    if (index <= 0 || LibC.LOAD_FAILURE != null) {
      return null;
    }
    ByteBuffer memory = LibC.allocate(LibC.IF_NAMESIZE);
    try {
      return LibC.if_indextoname(index, LibC.address(memory)) == 0 ? null : text(memory);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  private static String text(ByteBuffer memory) {
    byte[] octets = new byte[LibC.IF_NAMESIZE];
    memory.get(0, octets);
    int length = 0;
    while (length < octets.length && octets[length] != 0) {
      length++;
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }
}
