// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a server is held open, not called
class ControlServerTest {
  @TempDir private Path directory;

  @Test
  void answersEachRequestWithItsDocument() throws IOException {
    try (ControlServer server =
        ControlServer.start(directory, Map.of("a", none -> "{\"a\":1}", "b", none -> "{}"))) {
      assertEquals("{\"a\":1}\n", ControlClient.ask(directory, "a"));
      assertEquals("{}\n", ControlClient.ask(directory, "b"));
      assertEquals("{\"error\":\"unknown request\"}\n", ControlClient.ask(directory, "c"));
    }
  }

  @Test
  void handsOnWhatStandsBehindTheWord() throws IOException {
    try (ControlServer server =
        ControlServer.start(directory, Map.of("echo", argument -> "<" + argument + ">"))) {
      assertEquals("<[\"a b\", 1]>\n", ControlClient.ask(directory, "echo [\"a b\", 1]"));
      assertEquals("<>\n", ControlClient.ask(directory, "echo"));
      String longest = "x".repeat(60_000);
      assertEquals("<" + longest + ">\n", ControlClient.ask(directory, "echo " + longest));
    }
  }

  @Test
  void answersOthersWhileAClientSaysNothing() throws IOException {
    Path socket = ControlServer.socketIn(directory);
    try (ControlServer server = ControlServer.start(directory, Map.of("a", none -> "{}"));
        SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        SocketChannel half = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      half.write(ByteBuffer.wrap(new byte[] {'a'}));
      assertEquals("{}\n", ControlClient.ask(directory, "a"));
    }
  }

  @Test
  void answersOthersAfterARequestThatFails() throws IOException {
    try (ControlServer server =
        ControlServer.start(
            directory,
            Map.of(
                "bad",
                none -> {
                  throw new IllegalStateException("a defect, for the test");
                },
                "a",
                none -> "{}"))) {
      assertEquals("", ControlClient.ask(directory, "bad"));
      assertEquals("{}\n", ControlClient.ask(directory, "a"));
    }
  }

  @Test
  void keepsItsSocketToItsOwnerAndTakesItAway() throws IOException {
    Path socket = ControlServer.socketIn(directory.resolve("run"));
    try (ControlServer server = ControlServer.start(directory.resolve("run"), Map.of())) {
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    }
    assertFalse(Files.exists(socket));
  }

  @Test
  void refusesToTakeTheSocketOfALivingDaemon() throws IOException {
    try (ControlServer server = ControlServer.start(directory, Map.of("a", none -> "{}"))) {
      IOException refusal =
          assertThrows(IOException.class, () -> ControlServer.start(directory, Map.of()));

      assertTrue(refusal.getMessage().contains("--run-dir"), refusal.getMessage());
      assertEquals("{}\n", ControlClient.ask(directory, "a"), "the first one serves on");
    }
  }

  @Test
  void replacesTheSocketThatADeadDaemonLeft() throws IOException {
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(ControlServer.socketIn(directory)));
    dead.close(); // leaves the file, as a killed process does

    try (ControlServer server = ControlServer.start(directory, Map.of("a", none -> "{}"))) {
      assertEquals("{}\n", ControlClient.ask(directory, "a"));
    }
  }
}
