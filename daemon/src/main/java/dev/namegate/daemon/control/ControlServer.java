// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;

/**
 * Answers the running daemon's own commands ({@code namegate status}) on a Unix socket in the run
 * directory: a word, perhaps an argument behind a space, and a newline in; a document out, then the
 * end of the stream.
 *
 * <p><b>Threading:</b> one thread accepts; up to {@value #MAX_CLIENTS} others answer, on which the
 * functions run.
 *
 * <p><b>Bounds:</b> a request is at most {@value #MAX_REQUEST} octets, and has to be there within
 * {@value #REQUEST_LIMIT_MS} ms. The socket is its owner's alone (mode 600).
 */
public final class ControlServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
  private static final int MAX_REQUEST = 65_536;
  private static final int MAX_CLIENTS = 8;
  private static final int REQUEST_LIMIT_MS = 5_000;
  private static final String SOCKET_NAME = "control.sock";

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, UnaryOperator<String>> requests;
  private final ExecutorService clients;
  private final Thread thread;

  private ControlServer(
      Path socket, ServerSocketChannel server, Map<String, UnaryOperator<String>> requests) {
    this.socket = socket;
    this.server = server;
    this.requests = requests;
    this.thread = new Thread(this::serve, "ng-control");
    thread.setDaemon(true);
    this.clients =
        Executors.newFixedThreadPool(
            MAX_CLIENTS,
            work -> {
              Thread client = new Thread(work, "ng-control-client");
              client.setDaemon(true);
              return client;
            });
  }

  /** Where the socket of a run directory is. */
  public static Path socketIn(Path runDirectory) {
    return runDirectory.resolve(SOCKET_NAME);
  }

  /**
   * Listens in this run directory, which is made if it is missing. A socket that a dead daemon left
   * is replaced.
   *
   * @param requests what each request word answers, given what stands behind it
   * @throws IOException if a daemon is running there, or the directory cannot be written
   */
  public static ControlServer start(Path runDirectory, Map<String, UnaryOperator<String>> requests)
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
      try {
        SocketChannel client = server.accept();
        clients.execute(() -> serve(client));
      } catch (ClosedChannelException | RejectedExecutionException e) {
        return;
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "control connection failed: " + e, e);
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      String request = request(client);
      if (!request.isEmpty()) { // else somebody only looked whether we are there
        answer(client, request);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "control request failed: " + e, e);
    }
  }

  /** The line that the client sends; empty if it sends none in time. */
  private static String request(SocketChannel client) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(MAX_REQUEST);
    long deadlineNs = System.nanoTime() + REQUEST_LIMIT_MS * 1_000_000L;
    client.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      client.register(selector, SelectionKey.OP_READ);
      boolean complete = false;
      while (!complete && request.hasRemaining()) {
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0 || selector.select(leftMs) == 0 || client.read(request) < 0) {
          return "";
        }
        selector.selectedKeys().clear();
        complete = request.position() > 0 && request.get(request.position() - 1) == '\n';
      }
      if (!complete) {
        return ""; // too long: half a request is none
      }
    }
    client.configureBlocking(true);
    return StandardCharsets.UTF_8.decode(request.flip()).toString().strip();
  }

  private void answer(SocketChannel client, String request) throws IOException {
    int space = request.indexOf(' ');
    String word = space < 0 ? request : request.substring(0, space);
    UnaryOperator<String> answer = requests.get(word);
    String text =
        answer == null
            ? "{\"error\":\"unknown request\"}"
            : answer.apply(space < 0 ? "" : request.substring(space + 1));
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + "\n");
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    clients.shutdown();
    Files.deleteIfExists(socket);
  }
}
