// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfQueueExceptionTest {
  private static final String ALL = "000001ffffffffff";
  private static final String NONE = "0000000000000000";

  /** Plays {@code /proc/thread-self}. */
  private final Path process;

  private final NetlinkSubsystem queues;

  NfQueueExceptionTest(@TempDir Path process) throws IOException {
    this.process = process;
    this.queues =
        new NetlinkSubsystem("queue", "nfnetlink_queue", "CONFIG_NETFILTER_NETLINK_QUEUE", process);
    Files.createDirectories(process.resolve("net/netfilter"));
    capabilities(ALL);
    queues("  100 4294967295     0 2 65531     0     0        0  1\n");
  }

  private void capabilities(String effective) throws IOException {
    Files.writeString(
        process.resolve("status"),
        "Name:\tjava\nCapPrm:\t" + ALL + "\nCapEff:\t" + effective + "\n");
  }

  private void queues(String listing) throws IOException {
    Files.writeString(process.resolve("net/netfilter/nfnetlink_queue"), listing);
  }

  private String message(int errno) {
    return queues.failure("bind queue 100", 100, errno).getMessage();
  }

  @Test
  void saysWhoHoldsTheQueue() {
    assertEquals(
        "bind queue 100: EPERM (1, Operation not permitted): queue 100 is held by port id"
            + " 4294967295: stop that process; if it is no Namegate daemon, set another queue"
            + " number (two Namegate daemons cannot share a network namespace)",
        message(Errno.EPERM));
  }

  @Test
  void namesTheProcessWhosePidIsThePortId() throws IOException {
    queues("  100      1     0 2 65531     0     0        0  1\n");

    assertTrue(message(Errno.EPERM).contains("port id 1 (probably process 1, "));
  }

  @Test
  void saysThatTheCapabilityIsMissing() throws IOException {
    capabilities(NONE);

    assertEquals(
        "bind queue 100: EPERM (1, Operation not permitted): needs CAP_NET_ADMIN in this network"
            + " namespace: run as root, or grant it (AmbientCapabilities=CAP_NET_ADMIN of the"
            + " systemd unit)",
        message(Errno.EPERM));
  }

  @Test
  void saysThatTheCapabilityIsOfAnotherUserNamespace() throws IOException {
    queues("  101   4711     0 2 65531     0     0        0  1\n");

    assertTrue(message(Errno.EPERM).endsWith("the one it has is of another user namespace"));
  }

  @Test
  void namesTheKernelOptionThatIsMissing() throws IOException {
    Files.delete(process.resolve("net/netfilter/nfnetlink_queue"));
    String advice =
        "this kernel has no nfnetlink_queue: load it with `modprobe nfnetlink_queue`, or run a"
            + " kernel with CONFIG_NETFILTER_NETLINK_QUEUE";

    assertEquals("bind queue 100: EINVAL (22, Invalid argument): " + advice, message(Errno.EINVAL));
    assertTrue(message(Errno.ENOENT).endsWith(advice));
    assertTrue(message(Errno.EOPNOTSUPP).endsWith(advice));
  }

  @Test
  void hasAdviceForEveryErrorAUserCanMeet() {
    assertTrue(message(Errno.EINVAL).contains("refuses these values; Linux 3.10 or newer"));
    assertTrue(message(Errno.EBUSY).contains("queue 100 is bound on this very socket already"));
    assertTrue(message(Errno.EPROTONOSUPPORT).contains("CONFIG_NETFILTER_NETLINK"));
    assertTrue(message(Errno.ENOMEM).contains("short of memory"));
    assertTrue(message(Errno.ENOBUFS).contains("short of memory"));
    assertTrue(message(Errno.EMFILE).contains("LimitNOFILE"));
    assertTrue(message(Errno.ENFILE).contains("fs.file-max"));
  }

  @Test
  void carriesItsParts() {
    NfQueueException e = queues.failure("bind queue 100", 100, Errno.EBUSY);

    assertEquals("bind queue 100", e.operation());
    assertEquals(Errno.EBUSY, e.errno());
    assertEquals("EBUSY", e.errnoName());
    assertEquals("Device or resource busy", e.text());
    assertEquals("queue 100 is bound on this very socket already: open it once", e.advice());
  }

  /** Natives of a library that nobody has. */
  private static final class Absent {
    static native int nothing();
  }

  @Test
  void namesThePackageOfAMissingLibrary() {
    String cause =
        NativeLibraries.register(Absent.class, "libnamegate_absent.so.1", "libnamegate-absent1");

    assertNotNull(cause);
    assertTrue(cause.startsWith("cannot load libnamegate_absent.so.1 ("), cause);
    assertTrue(cause.contains("`apt-get install libnamegate-absent1`"), cause);
    NfQueueException e =
        assertThrows(
            NfQueueException.class, () -> NetlinkSubsystem.requireLoaded("bind queue 1", cause));
    assertEquals("bind queue 1: " + cause, e.getMessage());
    assertEquals(0, e.errno());
    assertEquals("", e.errnoName());
  }

  @Test
  void loadsTheLibrariesByTheNamesThatRuntimePackagesInstall() {
    assertNull(LibC.LOAD_FAILURE);
    assertNull(LibNetfilterQueue.LOAD_FAILURE);
    assertNull(LibNetfilterLog.LOAD_FAILURE);
  }
}
