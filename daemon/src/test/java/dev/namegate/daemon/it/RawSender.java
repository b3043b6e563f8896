// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Sends IP packets as they are given: a file with {@code INTERFACE DESTINATION HEX} in a line. */
final class RawSender {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW = 3;

  /** include/uapi/linux/in.h: the packets carry their own IP header. */
  private static final int IPPROTO_RAW = 255;

  private static final int EPERM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_BINDTODEVICE = 25;

  static {
    Native.register("c");
  }

  private RawSender() {}

  private static native int socket(int family, int type, int protocol) throws LastErrorException;

  private static native int setsockopt(int fd, int level, int name, byte[] value, int length)
      throws LastErrorException;

  private static native int sendto(
      int fd, byte[] bytes, long length, int flags, byte[] to, int toLength)
      throws LastErrorException;

  private static native int close(int fd) throws LastErrorException;

  /** Reads the file that is the argument. */
  public static void main(String[] arguments) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(arguments[0]));
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      send(
          words[0],
          InetAddress.getByName(words[1]).getAddress(),
          HexFormat.of().parseHex(words[2]));
    }
  }

  private static void send(String device, byte[] destination, byte[] packet) {
    boolean v6 = destination.length != 4;
    int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW, IPPROTO_RAW);
    byte[] name = (device + "\0").getBytes(StandardCharsets.US_ASCII);
    int unusedResult = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length);
    ByteBuffer to = ByteBuffer.allocate(v6 ? 28 : 16).order(ByteOrder.nativeOrder());
    to.putShort(0, (short) (v6 ? AF_INET6 : AF_INET)).position(v6 ? 8 : 4).put(destination);
    try {
      int unusedCount = sendto(fd, packet, packet.length, 0, to.array(), to.capacity());
    } catch (LastErrorException e) {
      // A rule that drops what this host itself sends tells the sender so.
      if (e.getErrorCode() != EPERM) {
        throw e;
      }
    }
    int unusedEnd = close(fd);
  }
}
