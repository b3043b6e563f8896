// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Bytes as a little-endian machine sends them. */
@EnabledIf("isLittleEndian")
class AcceptSetMessagesTest {
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
  private final AcceptSetMessages messages = new AcceptSetMessages(buffer);
  private final AcceptSetEntries entries = new AcceptSetEntries(8);

  static boolean isLittleEndian() {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  private void append(int set, String to, int protocol, int port, String from, int timeout) {
    IpAddress dst = IpAddress.parse(to);
    IpAddress src = IpAddress.parse(from);
    entries.append(set, dst.hi(), dst.lo(), protocol, port, src.hi(), src.lo(), timeout);
  }

  /** The message at this offset for these entries, in hexadecimal digits. */
  private String written(int at, int first, int end) {
    // What stood there before must not show.
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) 0xee);
    }
    byte[] bytes = new byte[messages.write(at, entries, first, end, 0x01020304) - at];
    buffer.get(at, bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String hex(String... parts) {
    return String.join("", parts).replaceAll("[^0-9a-f]", "");
  }

  @Test
  void addsOneEntryOfAWorkload() {
    append(messages.register("ng-wl4", false, true), "192.0.2.1", 6, 443, "10.0.0.2", 30);

    assertEquals(
        hex(
            "64000000 0906 0100 04030201 00000000", // length 100, ADD of ipset, REQUEST
            "02 00 0000", // AF_INET
            "0500 0100 06 000000", // PROTOCOL
            "0800 0900 00000000", // LINENO
            "0b00 0200 6e672d776c3400 00", // SETNAME
            "3400 0780", // DATA, nested
            "0c00 0180 0800 0140 c0000201", // IP { IPADDR_IPV4 }
            "0600 0440 01bb 0000", // PORT
            "0500 0700 06 000000", // PROTO
            "0c00 1480 0800 0140 0a000002", // IP2
            "0800 0640 0000001e"), // TIMEOUT
        written(8, 0, 1));
  }

  @Test
  void deletesOneEntryOfAHostEndpoint() {
    int set = messages.register("ng-hep6", true, false);
    append(set, "2001:db8::1", 132, 9, "::1", AcceptSetEntries.DELETE);

    assertEquals(
        hex(
            "5c000000 0a06 0100 04030201 00000000",
            "0a 00 0000",
            "0500 0100 06 000000",
            "0800 0900 00000000",
            "0c00 0200 6e672d6865703600",
            "2c00 0780",
            "1800 0180 1400 0240 20010db8000000000000000000000001",
            "0600 0440 0009 0000",
            "0500 0700 84 000000"),
        written(0, 0, 1));
  }

  @Test
  void numbersTheElementsOfOneMessage() {
    int set = messages.register("abc", false, false);
    append(set, "192.0.2.7", 17, 1, "0.0.0.0", 1);
    append(set, "192.0.2.8", 17, 2, "0.0.0.0", 2);
    append(set, "192.0.2.9", 17, 3, "0.0.0.0", 3);

    assertEquals(
        hex(
            "90000000 0906 0100 04030201 00000000",
            "02 00 0000",
            "0500 0100 06 000000",
            "0800 0900 00000000",
            "0800 0200 61626300",
            "6400 0880", // ADT, nested
            "3000 0780",
            "0c00 0180 0800 0140 c0000208",
            "0600 0440 0002 0000",
            "0500 0700 11 000000",
            "0800 0640 00000002",
            "0800 0900 02000000", // LINENO
            "3000 0780",
            "0c00 0180 0800 0140 c0000209",
            "0600 0440 0003 0000",
            "0500 0700 11 000000",
            "0800 0640 00000003",
            "0800 0900 03000000"),
        written(4, 1, 3));
  }
}
