// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A TCP server on every address of its room that sends back what it is sent.
 *
 * <p>Run in a room: {@code TcpSink PORT…}.
 */
public final class TcpSink {
  private static final int BACKLOG = 1024;

  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

  private TcpSink(Selector selector) {
    this.selector = selector;
  }

  /** Starts one outside, on these ports of every outside address. */
  public static BackgroundProcess start(Lab lab, String... ports) {
    return lab.startJava(Room.NET, TcpSink.class, ports);
  }

  public static void main(String[] arguments) throws IOException {
    TcpSink sink = new TcpSink(Selector.open());
    for (String port : arguments) {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(Integer.parseInt(port)), BACKLOG);
      server.configureBlocking(false);
      server.register(sink.selector, SelectionKey.OP_ACCEPT);
    }
    System.out.println("ready");
    while (true) {
      sink.selector.select(sink::serve);
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.channel() instanceof ServerSocketChannel server) {
        accept(server);
      } else if (key.channel() instanceof SocketChannel client) {
        echo(key, client);
      }
    } catch (IOException e) {
      // A client that resets its connection is no reason to stop serving the others.
      close(key);
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
      client.configureBlocking(false);
      client.register(selector, SelectionKey.OP_READ);
    }
  }

  private void echo(SelectionKey key, SocketChannel client) throws IOException {
    buffer.clear();
    if (client.read(buffer) < 0) {
      close(key);
      return;
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      client.write(buffer);
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      System.out.println(e);
    }
  }
}
