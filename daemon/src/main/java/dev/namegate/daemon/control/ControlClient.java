// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
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
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(request + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * As {@link #ask}, for a person who may not have started a daemon.
   *
   * @throws IOException that says so
   */
  public static String askRunning(Path runDirectory, String request) throws IOException {
    try {
      return ask(runDirectory, request);
    } catch (IOException e) {
      throw new IOException(
          "no daemon answers at "
              + ControlServer.socketIn(runDirectory)
              + ": start it with \"namegate run\", or name its --run-dir",
          e);
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
