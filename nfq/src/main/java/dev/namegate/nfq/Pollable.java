// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

/** What a {@link Poller} can wait for. */
public sealed interface Pollable permits PacketSocket, LinkMonitor {
  /** The socket's descriptor; it stays the owner's. -1 once closed. */
  int descriptor();
}
