// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.LoggedPacket;
import dev.namegate.nfq.MessageStatus;
import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.dns.DnsMessage;

/**
 * The copies of DNS queries that the kernel makes on their way out: read without waiting, decoded,
 * and recorded as questions.
 *
 * <p><b>Threading:</b> confined to the learning stage.
 *
 * <p><b>Bounds:</b> what is not yet read waits in the socket's receive buffer; when that is full
 * the kernel drops copies, which is counted, and the answers to those queries teach nothing. A
 * drain ends after {@value #MAX_READS} reads: a client that asks faster than we read delays no
 * reply without end.
 *
 * <p><b>Errors:</b> a socket that failed is bound anew with the next drain; the answers to queries
 * that were sent meanwhile teach nothing.
 */
@HotPath
final class QueryCopies {
  /**
   * Reads of one drain: more copies than the receive buffer of 16 MiB holds (each takes 512 bytes
   * of it at the least), so all that was there when the drain began.
   */
  static final int MAX_READS = 512;

  private final PacketSource<LoggedPacket> source;
  private final DatagramRing datagrams;
  private final NanoClock clock;
  private final Counters.Writer counters;
  private final LoggedPacket logged = new LoggedPacket();
  private final IpPacket packet = new IpPacket();
  private final DnsMessage message = new DnsMessage();
  private final AskedServers servers = new AskedServers();
  private final QuestionKey key = new QuestionKey();

  QueryCopies(
      PacketSource<LoggedPacket> source,
      DatagramRing datagrams,
      NanoClock clock,
      Counters.Writer counters) {
    this.source = source;
    this.datagrams = datagrams;
    this.clock = clock;
    this.counters = counters;
  }

  PacketSource<LoggedPacket> source() {
    return source;
  }

  long nowNs() {
    return clock.nowNs();
  }

  /** Records all queries that were copied up to now. */
  void drainInto(QuestionTable questions, long nowNs) {
    boolean more = true;
    for (int reads = 0; reads < MAX_READS && more; reads++) {
      more = readInto(questions, nowNs);
    }
  }

  /** Records queries by one read; false if there were none to be read. */
  boolean readInto(QuestionTable questions, long nowNs) {
    int received = receive();
    for (int slot = 0; slot < received; slot++) {
      record(slot, questions, nowNs);
    }
    return received != 0;
  }

  /** As {@link PacketSource#receive}, but 0 for a socket that cannot be read now. */
  private int receive() {
    if (source.isBroken() && !source.repair(clock.nowNs())) {
      return 0;
    }
    int received = source.receive(datagrams, 0, datagrams.slots());
    if (PacketSource.isFatal(received)) {
      counters.increment(Counter.SOCKET_FAILURES);
      source.broke(received, clock.nowNs());
    } else if (received < 0) {
      counters.increment(source.overruns());
    }
    return received;
  }

  private void record(int slot, QuestionTable questions, long nowNs) {
    for (int message = logged.wrap(datagrams, slot);
        message != MessageStatus.END;
        message = message == MessageStatus.MALFORMED ? MessageStatus.END : logged.next()) {
      if (message == MessageStatus.PACKET) {
        record(questions, nowNs);
      }
    }
  }

  private void record(QuestionTable questions, long nowNs) {
    counters.increment(Counter.DNS_QUERIES_SEEN);
    int status = packet.decode(datagrams.buffer(), logged.payloadOffset(), logged.payloadLength());
    if (status == ParseStatus.OK) {
      status =
          message.decodeQuery(datagrams.buffer(), packet.payloadOffset(), packet.payloadLength());
    }
    if (status != ParseStatus.OK) {
      counters.increment(Counter.DNS_QUERIES_INVALID);
      counters.parseFailure(status);
      return;
    }
    TrustedServer asked = servers.of(logged, datagrams.buffer());
    long hi = packet.destinationHi();
    long lo = packet.destinationLo();
    int port = packet.destinationPort();
    key.client(packet.sourceHi(), packet.sourceLo(), packet.sourcePort());
    if (asked == null) {
      key.server(hi, lo, port);
    } else {
      key.server(asked.address().hi(), asked.address().lo(), asked.port());
    }
    key.message(message);
    boolean recorded = questions.ask(key, hi, lo, port, nowNs);
    if (!recorded) {
      counters.increment(Counter.DNS_QUESTIONS_REFUSED);
    }
  }
}
