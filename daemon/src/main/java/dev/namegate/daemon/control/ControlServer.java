// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers the running daemon's own commands ({@code namegate status}) on a Unix socket in the run
 * directory: one word and a newline in, a JSON document out, then the end of the stream.
 *
 * <p><b>Threading:</b> one thread, one connection at a time; the suppliers run on it.
 *
 * <p><b>Bounds:</b> a request is at most {@value #MAX_REQUEST} octets. The socket is its owner's
 * alone (mode 600).
 */
public final class ControlServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
  private static final int MAX_REQUEST = 128;
  private static final String SOCKET_NAME = "control.sock";

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, Supplier<String>> requests;
  private final Thread thread;

  private ControlServer(
      Path socket, ServerSocketChannel server, Map<String, Supplier<String>> requests) {
    this.socket = socket;
    this.server = server;
    this.requests = requests;
    this.thread = new Thread(this::serve, "ng-control");
    thread.setDaemon(true);
  }

  /** Where the socket of a run directory is. */
  public static Path socketIn(Path runDirectory) {
    return runDirectory.resolve(SOCKET_NAME);
  }

  /**
   * Listens in this run directory, which is made if it is missing. A socket that a dead daemon left
   * is replaced.
   *
   * @param requests what each request word answers, as JSON
   * @throws IOException if a daemon is running there, or the directory cannot be written
   */
  public static ControlServer start(Path runDirectory, Map<String, Supplier<String>> requests)
      throws IOException {
    Files.createDirectories(runDirectory);
    Path socket = socketIn(runDirectory);
    if (Files.exists(socket)) {
      if (ControlClient.isAlive(socket)) {
        throw new IOException(
            "a namegate daemon is running already (it answers at "
                + socket
                + "): stop it, or give this one another --run-dir");
      }
      Files.delete(socket);
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    ControlServer control = new ControlServer(socket, server, requests);
    control.thread.start();
    return control;
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        answer(client);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "control request failed: " + e, e);
      }
    }
  }

  private void answer(SocketChannel client) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(MAX_REQUEST);
    while (request.hasRemaining() && client.read(request) > 0) {
      if (request.get(request.position() - 1) == '\n') {
        break;
      }
    }
    String word = StandardCharsets.UTF_8.decode(request.flip()).toString().strip();
    if (word.isEmpty()) {
      return; // somebody only looked whether we are there
    }
    Supplier<String> answer = requests.get(word);
    String text = answer == null ? "{\"error\":\"unknown request\"}" : answer.get();
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + "\n");
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }
}
