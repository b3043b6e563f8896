// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import com.sun.jna.NativeLibrary;
import dev.namegate.daemon.cli.Invocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The daemon with somebody in its process who does to the sockets of its queues and NFLOG groups
 * what is written into the file named by the system property {@code namegate.test.breaker}: {@code
 * close NUMBER} (and leave no socket in its place), {@code unbind NUMBER}, {@code steal NUMBER}
 * (unbind it, and bind it to another socket) and {@code release} (close that). He deletes the file
 * when it is done.
 */
public final class BreakableDaemon {
  private static final long LOOK_AGAIN_NS = 5_000_000;
  private static final NativeLibrary LIBC = NativeLibrary.getInstance("c");
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_NETFILTER = 12;
  private static final int CMD_BIND = 1;
  private static final int CMD_UNBIND = 2;
  private static final Path NET = Path.of("/proc/thread-self/net");

  private static int stolen = -1;

  private BreakableDaemon() {}

  public static void main(String[] arguments) {
    Path orders = Path.of(System.getProperty("namegate.test.breaker"));
    Thread breaker = new Thread(() -> obey(orders), "test-breaker");
    breaker.setDaemon(true);
    breaker.start();
    System.exit(Invocation.execute(UnaryOperator.identity(), arguments));
  }

  private static void obey(Path orders) {
    try {
      while (true) {
        if (Files.exists(orders)) {
          obey(Files.readString(orders).split(" ", -1));
          Files.delete(orders);
        }
        LockSupport.parkNanos(LOOK_AGAIN_NS);
      }
    } catch (IOException e) {
      throw new AssertionError("the breaker is broken", e);
    }
  }

  private static void obey(String[] words) throws IOException {
    if (words[0].equals("release")) {
      call("close", stolen);
      return;
    }
    int number = Integer.parseInt(words[1]);
    boolean queue = number <= 102; // beyond are groups, in the lab
    int descriptor = descriptor(number, queue);
    switch (words[0]) {
      case "close" -> {
        int nothing = call("open", "/dev/null", 0);
        call("dup2", nothing, descriptor);
        call("close", nothing);
      }
      case "unbind" -> command(descriptor, number, queue, CMD_UNBIND);
      case "steal" -> {
        stolen = call("socket", AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
        command(descriptor, number, queue, CMD_UNBIND);
        command(stolen, number, queue, CMD_BIND);
      }
      default -> throw new IOException("no such order: " + String.join(" ", words));
    }
  }

  /** The descriptor of the socket that the kernel lists for this number. */
  private static int descriptor(int number, boolean queue) throws IOException {
    Path listing = NET.resolve("netfilter/nfnetlink_" + (queue ? "queue" : "log"));
    String portId = columns(listing, each -> each[0].equals(Integer.toString(number)))[1];
    String inode = inode(portId);
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : descriptors) {
        if (Files.isSymbolicLink(each)
            && Files.readSymbolicLink(each).toString().equals("socket:[" + inode + "]")) {
          return Integer.parseInt(each.getFileName().toString());
        }
      }
    }
    throw new IOException("no descriptor of " + number + ", port id " + portId + ", " + inode);
  }

  /** Port ids are those of one protocol: others may have the same. */
  private static String inode(String portId) throws IOException {
    String protocol = Integer.toString(NETLINK_NETFILTER);
    return columns(
        NET.resolve("netlink"), each -> each[1].equals(protocol) && each[2].equals(portId))[9];
  }

  /** The first line that is as wanted. */
  private static String[] columns(Path listing, Predicate<String[]> wanted) throws IOException {
    List<String> lines = Files.readAllLines(listing);
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+", -1);
      if (wanted.test(columns)) {
        return columns;
      }
    }
    throw new IOException("not in " + listing + ": " + lines);
  }

  /** Sends a configuration command for a queue or group, without acknowledgement. */
  private static void command(int descriptor, int number, boolean queue, int command)
      throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(28).order(ByteOrder.nativeOrder());
    message.putInt(28).putShort((short) (queue ? 3 << 8 | 2 : 4 << 8 | 1)).putShort((short) 1);
    message.putInt(0).putInt(0); // sequence, port id
    message.putShort((short) 0).put((byte) (number >> 8)).put((byte) number);
    message.putShort((short) 8).putShort((short) 1).put((byte) command);
    call("send", descriptor, message.rewind(), 28L, 0);
  }

  private static int call(String function, Object... arguments) throws IOException {
    int result = LIBC.getFunction(function).invokeInt(arguments);
    if (result < 0) {
      throw new IOException(function + " has failed");
    }
    return result;
  }
}
