// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the C library that the data path is made of, mapped directly: arguments are
 * primitives, addresses are {@code long}, structures are laid out by hand in direct buffers.
 *
 * <p><b>Threading:</b> any thread. {@link #errno()} belongs to the calling thread and to its last
 * native call: read it before anything else.
 *
 * <p><b>Errors:</b> unless said otherwise -1 with errno set. No method throws {@code
 * LastErrorException}: where EAGAIN is normal it would cost 4 µs and an allocation each time.
 */
final class LibC {
  /** Why the C library could not be bound, or null. */
  static final @Nullable String LOAD_FAILURE =
      NativeLibraries.register(LibC.class, "libc.so.6", "libc6");

  static final int AF_NETLINK = 16;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_RCVTIMEO = 20;
  static final int SO_RCVBUFFORCE = 33;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_WAITFORONE = 0x10000;
  static final int EFD_NONBLOCK = 0x800;
  static final int EFD_CLOEXEC = 0x80000;
  static final short POLLIN = 1;

  /** {@code IF_NAMESIZE}: an interface's name with its final NUL. */
  static final int IF_NAMESIZE = 16;

  private LibC() {}

  /** {@code recvmmsg(2)}: how many datagrams were received. */
  static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);

  /** {@code recv(2)}: how many bytes were received. */
  static native long recv(int fd, long buffer, long length, int flags);

  /** {@code send(2)}: how many bytes were sent. */
  static native long send(int fd, long buffer, long length, int flags);

  /** {@code poll(2)}: how many entries have events. */
  static native int poll(long pollFds, long count, int timeoutMs);

  /** {@code eventfd(2)}: the descriptor. */
  static native int eventfd(int initial, int flags);

  /** {@code read(2)}: how many bytes were read. */
  static native long read(int fd, long buffer, long length);

  /** {@code write(2)}: how many bytes were written. */
  static native long write(int fd, long buffer, long length);

  /** {@code close(2)}: 0. */
  static native int close(int fd);

  /** {@code socket(2)}: the descriptor. */
  static native int socket(int domain, int type, int protocol);

  /** {@code bind(2)}: 0. */
  static native int bind(int fd, long address, int length);

  /** {@code getsockname(2)}: 0. */
  static native int getsockname(int fd, long address, long length);

  /** {@code setsockopt(2)}: 0. */
  static native int setsockopt(int fd, int level, int option, long value, int length);

  /** {@code getsockopt(2)}: 0. */
  static native int getsockopt(int fd, int level, int option, long value, long length);

  /** {@code sched_setaffinity(2)}: 0. Thread 0 is the calling one. */
  static native int sched_setaffinity(int thread, long bytes, long mask);

  /** {@code sched_getaffinity(2)}: 0. */
  static native int sched_getaffinity(int thread, long bytes, long mask);

  /** {@code if_nametoindex(3)}: the index, 0 when there is none. */
  static native int if_nametoindex(long name);

  /** {@code if_indextoname(3)}: {@code name}, or 0 when there is none. */
  static native long if_indextoname(int index, long name);

  /** {@code strerror(3)}. */
  static native String strerror(int errno);

  /** The errno of this thread's last native call. */
  static int errno() {
    return Native.getLastError();
  }

  /** Where the content of this direct buffer starts. The caller keeps the buffer reachable. */
  static long address(ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }

  /** A zeroed direct buffer in native byte order, aligned for any C structure. */
  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
