// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Writes a {@link CacheFile}, a link at a time: of a cache with a million of them no second copy
 * comes to be.
 *
 * <p><b>Threading:</b> one thread; blocks on the disk.
 *
 * <p><b>Errors:</b> what is closed without {@link #commit} takes no one's place.
 */
final class CacheFileWriter implements Closeable {
  private static final int BUFFER_CHARS = 1 << 16;

  private final CRC32C crc = new CRC32C();
  private final Writer out;
  private final Replacement replacement;
  private long count;

  /** Puts what was written in its place. */
  interface Replacement {
    void run() throws IOException;
  }

  CacheFileWriter(OutputStream to, Replacement replacement, long wallClockMs) throws IOException {
    this.replacement = replacement;
    out =
        new BufferedWriter(
            new OutputStreamWriter(new CheckedOutputStream(to, crc), StandardCharsets.UTF_8),
            BUFFER_CHARS);
    out.append(CacheFile.HEADER).append("\nsaved ").append(Long.toString(wallClockMs));
    out.append('\n');
  }

  void add(SavedLink link) throws IOException {
    Edge edge = link.edge();
    boolean alias = edge instanceof AliasEdge;
    out.append(alias ? "alias " : "address ").append(edge.owner().toString()).append(' ');
    out.append(
        alias ? ((AliasEdge) edge).target().toString() : ((AddressEdge) edge).address().toString());
    out.append(' ').append(Long.toString(link.remainingMs()));
    out.append(' ').append(link.client()).append('\n');
    count++;
  }

  /** Writes the last line; the file is whole, and in its place. */
  void commit() throws IOException {
    out.flush();
    out.append("end ").append(Long.toString(count)).append(' ');
    out.append(Long.toHexString(crc.getValue())).append('\n');
    out.flush();
    replacement.run();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
