// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of a subsystem's failures need to know about it.
 *
 * @param noun what a number of it stands for
 * @param module the kernel module that brings it
 * @param option the kernel's build option for it
 * @param process the directory of a thread in {@code /proc}. Not {@code /proc/self}: that one shows
 *     the network namespace of the process's first thread
 */
record NetlinkSubsystem(String noun, String module, String option, Path process) {
  private static final Path THREAD = Path.of("/proc/thread-self");
  private static final int CAP_NET_ADMIN = 12;
  private static final Pattern COLUMNS = Pattern.compile("\\s+");

  /** The column of a list after that of the number. */
  private static final int PORT_ID = 1;

  static final NetlinkSubsystem QUEUE =
      new NetlinkSubsystem("queue", "nfnetlink_queue", "CONFIG_NETFILTER_NETLINK_QUEUE", THREAD);
  static final NetlinkSubsystem LOG =
      new NetlinkSubsystem("NFLOG group", "nfnetlink_log", "CONFIG_NETFILTER_NETLINK_LOG", THREAD);

  static final NetlinkSubsystem CONNTRACK =
      new NetlinkSubsystem(
          "connection table", "nf_conntrack_netlink", "CONFIG_NF_CT_NETLINK", THREAD);

  /** Throws what kept a library from loading. */
  static void requireLoaded(String operation, @Nullable String loadFailure)
      throws NfQueueException {
    if (loadFailure != null) {
      throw new NfQueueException(operation, 0, loadFailure, "");
    }
  }

  /** A failure that has to do with the system, not with a subsystem. */
  static NfQueueException systemFailure(String operation, int errno) {
    return new NfQueueException(operation, errno, text(errno), systemAdvice(errno));
  }

  /** A failure that concerns one queue or group. */
  NfQueueException failure(String operation, int number, int errno) {
    return new NfQueueException(operation, errno, text(errno), advice(number, errno));
  }

  private static String text(int errno) {
    return LibC.LOAD_FAILURE == null ? LibC.strerror(errno) : "system error";
  }

  private static String systemAdvice(int errno) {
    return switch (errno) {
      case Errno.EMFILE ->
          "this process may not open more files: raise its limit (`ulimit -n`, LimitNOFILE= of the"
              + " systemd unit)";
      case Errno.ENFILE -> "the system has no more open files: raise the sysctl fs.file-max";
      case Errno.ENOMEM, Errno.ENOBUFS ->
          "the kernel is short of memory: free some, or ask for less (receiveBufferBytes,"
              + " maxLength)";
      case Errno.EPROTONOSUPPORT, Errno.EAFNOSUPPORT ->
          "this kernel has no netlink for Netfilter: load the module nfnetlink, or run a kernel"
              + " with CONFIG_NETFILTER_NETLINK";
      default -> "";
    };
  }

  private String advice(int number, int errno) {
    String name = noun + " " + number;
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES -> permissionAdvice(number);
      case Errno.EBUSY -> name + " is bound on this very socket already: open it once";
      case Errno.ENOENT, Errno.EOPNOTSUPP, Errno.ENOSYS -> missingAdvice();
      case Errno.EINVAL ->
          // What nfnetlink says of a subsystem that is not there, and of values it refuses.
          Files.exists(listing())
              ? "the kernel refuses these values; Linux 3.10 or newer is needed"
              : missingAdvice();
      default -> systemAdvice(errno);
    };
  }

  private String missingAdvice() {
    return "this kernel has no "
        + module
        + ": load it with `modprobe "
        + module
        + "`, or run a kernel with "
        + option;
  }

  /** The kernel says EPERM both to one who may not, and to one who comes second. */
  private String permissionAdvice(int number) {
    String needs =
        "needs CAP_NET_ADMIN in this network namespace: run as root, or grant it"
            + " (AmbientCapabilities=CAP_NET_ADMIN of the systemd unit)";
    if (!hasNetAdmin()) {
      return needs;
    }
    Optional<Long> holder = holder(number);
    if (holder.isEmpty()) {
      return needs + "; the one it has is of another user namespace";
    }
    return noun
        + " "
        + number
        + " is held by port id "
        + holder.get()
        + processName(holder.get())
        + ": stop that process; if it is no Namegate daemon, set another "
        + noun
        + " number (two Namegate daemons cannot share a network namespace)";
  }

  private boolean hasNetAdmin() {
    try {
      for (String line : Files.readAllLines(process.resolve("status"))) {
        if (line.startsWith("CapEff:")) {
          long effective = Long.parseUnsignedLong(line.substring(7).strip(), 16);
          return (effective >>> CAP_NET_ADMIN & 1) != 0;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return true; // Unknown: let the list of holders decide.
    }
    return true;
  }

  /** The port id that holds a queue or group, if the list is readable and has it. */
  private Optional<Long> holder(int number) {
    try {
      return listedHolder(number);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Long> listedHolder(int number) throws IOException {
    return Optional.ofNullable(holders().get(number));
  }

  /**
   * The port ids that hold queues or groups, by their numbers, as the kernel lists them now.
   *
   * @throws IOException when the list is not readable, or is none
   */
  Map<Integer, Long> holders() throws IOException {
    Map<Integer, Long> holders = new HashMap<>();
    for (String line : Files.readAllLines(listing())) {
      String[] columns = COLUMNS.split(line.strip(), PORT_ID + 2);
      try {
        if (columns.length > PORT_ID) {
          holders.putIfAbsent(Integer.valueOf(columns[0]), Long.valueOf(columns[PORT_ID]));
        }
      } catch (NumberFormatException e) {
        throw new IOException("not a list of " + noun + " numbers: " + listing(), e);
      }
    }
    return holders;
  }

  /**
   * Whether the kernel lists this queue or group as held by this port id.
   *
   * <p>The list is read in pieces, and one that changes meanwhile may lack a line: only what is
   * missing twice counts as missing.
   */
  boolean isHeldBy(int number, long portId) throws IOException {
    boolean listed = false;
    for (int looks = 0; looks < 2 && !listed; looks++) {
      listed = listedHolder(number).equals(Optional.of(portId));
    }
    return listed;
  }

  /** A process's first netlink socket has its pid for port id; later ones have other numbers. */
  private static String processName(long portId) {
    if (portId == ProcessHandle.current().pid()) {
      return " (this process)";
    }
    Path comm = Path.of("/proc", Long.toString(portId), "comm");
    try {
      return " (probably process " + portId + ", " + Files.readString(comm).strip() + ")";
    } catch (IOException e) {
      return "";
    }
  }

  /** The kernel's list of this subsystem's queues or groups, in this thread's namespace. */
  Path listing() {
    return process.resolve("net/netfilter").resolve(module);
  }
}
