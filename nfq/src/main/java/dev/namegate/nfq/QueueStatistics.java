// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel says about one queue.
 *
 * @param number the queue's number
 * @param portId the netlink address of the socket that holds it
 * @param waiting how many packets wait for a verdict
 * @param copyMode 0 nothing (packets are not queued), 1 metadata, 2 packets
 * @param copyRange how many octets of a packet are copied
 * @param dropped packets that met a full queue: {@code maxLength} is too small or verdicts too slow
 * @param userDropped packets that met a full receive buffer: {@code receiveBufferBytes} is too
 *     small
 * @param idSequence the last packet id given out
 * @spec net/netfilter/nfnetlink_queue.c: seq_show
 */
public record QueueStatistics(
    int number,
    long portId,
    long waiting,
    int copyMode,
    int copyRange,
    long dropped,
    long userDropped,
    long idSequence) {
  /** {@code copyMode}: the packet itself is copied. */
  public static final int COPY_PACKET = 2;

  private static final int COLUMNS = 8;

  /**
   * All queues in the network namespace of the calling thread.
   *
   * @throws IOException when the kernel has no NFQUEUE, or the file is not readable
   */
  public static List<QueueStatistics> readAll() throws IOException {
    return readAll(NetlinkSubsystem.QUEUE.listing());
  }

  /** One queue in the network namespace of the calling thread; empty when nobody holds it. */
  public static Optional<QueueStatistics> read(int number) throws IOException {
    return readAll().stream().filter(queue -> queue.number == number).findFirst();
  }

  static List<QueueStatistics> readAll(Path listing) throws IOException {
    List<QueueStatistics> queues = new ArrayList<>();
    for (String line : Files.readAllLines(listing)) {
      if (!line.isBlank()) {
        queues.add(parse(line));
      }
    }
    return List.copyOf(queues);
  }

  /** The line has further columns, which mean nothing any more. */
  private static QueueStatistics parse(String line) throws IOException {
    List<String> columns = List.of(line.strip().split("\\s+", -1));
    if (columns.size() < COLUMNS) {
      throw new IOException("not a line of nfnetlink_queue: " + line);
    }
    try {
      return new QueueStatistics(
          Integer.parseInt(columns.get(0)),
          Long.parseLong(columns.get(1)),
          Long.parseLong(columns.get(2)),
          Integer.parseInt(columns.get(3)),
          Integer.parseInt(columns.get(4)),
          Long.parseLong(columns.get(5)),
          Long.parseLong(columns.get(6)),
          Long.parseLong(columns.get(7)));
    } catch (NumberFormatException e) {
      throw new IOException("not a line of nfnetlink_queue: " + line, e);
    }
  }
}
