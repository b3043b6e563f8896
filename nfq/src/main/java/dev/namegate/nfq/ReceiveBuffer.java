// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

/** The words about a receive buffer that came out smaller than was asked for. */
final class ReceiveBuffer {
  private ReceiveBuffer() {}

  /**
   * @param bytes what the socket has, or {@code -errno}
   */
  static String warning(int bytes, int wanted) {
    String has = bytes < 0 ? "of unknown size (" + Errno.name(-bytes) + ")" : bytes + " bytes";
    return "the receive buffer is "
        + has
        + ", wanted were "
        + wanted
        + ": bursts will be dropped. Run with CAP_NET_ADMIN of the first user namespace, or raise"
        + " the sysctl net.core.rmem_max to "
        + wanted;
  }
}
