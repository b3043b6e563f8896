// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks the daemon that runs on this host. */
public final class ControlClient {
  private ControlClient() {}

  /**
   * The JSON document that the daemon of this run directory answers.
   *
   * @throws IOException if no daemon answers there
   */
  public static String ask(Path runDirectory, String request) throws IOException {
    Path socket = ControlServer.socketIn(runDirectory);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(StandardCharsets.UTF_8.encode(request + "\n"));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Whether somebody listens on this socket. */
  static boolean isAlive(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
