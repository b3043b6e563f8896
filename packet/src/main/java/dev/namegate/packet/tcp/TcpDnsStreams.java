// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpPacket;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Puts the DNS messages together that servers send over TCP, out of the segments of that direction.
 *
 * <p>A stream is followed from its SYN-ACK, which says where its octets start, to FIN or RST. The
 * {@link StreamListener} hears of a message during the call that brings its last octet in order,
 * and of each once: what is sent again, with the same octets or others, changes nothing.
 *
 * <p>In doubt the stream is given up rather than guessed: a message is told only if the client
 * cannot have read anything else there.
 *
 * <p><b>Threading:</b> confined to one thread.
 *
 * <p><b>Bounds:</b> {@link StreamLimits}; what is idle longest goes first. Memory grows with the
 * octets that have come, never with a length that was announced.
 *
 * <p><b>Errors:</b> any segments lead to messages or to a {@link StreamLoss}; none throw.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc7766#section-8 RFC 7766 §8
 */
@HotPath
public final class TcpDnsStreams {
  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;

  private final StreamLimits limits;
  private final StreamListener listener;
  private final DnsStream.Memory memory = new Account();
  private final DnsStream[] buckets;

  /** Unknown to those who choose ports and addresses, so that they cannot fill one bucket. */
  private final long salt = new SplittableRandom().nextLong();

  private int streams;
  private int octets;
  private @Nullable DnsStream idlest;
  private @Nullable DnsStream freshest;

  public TcpDnsStreams(StreamLimits limits, StreamListener listener) {
    this.limits = limits;
    this.listener = listener;
    // Twice as many, at least, up to what an array may have.
    int wanted = Math.min(limits.maxStreams(), 1 << 24) * 2 - 1;
    this.buckets = new DnsStream[Integer.highestOneBit(wanted) << 1];
  }

  /** How many streams are followed. */
  public int streams() {
    return streams;
  }

  /** How many octets are kept. */
  public int octets() {
    return octets;
  }

  /**
   * Takes the next segment of a server.
   *
   * @param packet a TCP segment, decoded
   * @param buffer what it was decoded from
   * @param cut whether the packet was longer than what is in the buffer
   */
  public void accept(IpPacket packet, ByteBuffer buffer, boolean cut, long nowNs) {
    dropIdle(nowNs);
    int flags = packet.tcpFlags();
    int ports = (packet.destinationPort() << 16) | packet.sourcePort();
    DnsStream stream = find(packet, ports);
    if ((flags & SYN) != 0) {
      if ((flags & (SYN | ACK | RST | FIN)) != (SYN | ACK)) {
        return;
      }
      stream = opened(stream, packet, ports, nowNs);
    }
    if (stream == null) {
      if (packet.payloadLength() > 0) {
        listener.lost(StreamLoss.NOT_FOLLOWED);
      }
      return;
    }
    if ((flags & RST) != 0) {
      if (stream.isResetBy(packet.tcpSequence())) {
        remove(stream);
      }
      return;
    }
    if (cut) {
      lose(stream, StreamLoss.CUT);
      return;
    }
    touch(stream, nowNs);
    follow(stream, packet, buffer);
  }

  /** The stream that a SYN-ACK begins; it may only have been sent again. */
  private DnsStream opened(@Nullable DnsStream before, IpPacket packet, int ports, long nowNs) {
    int firstSequence = packet.tcpSequence() + 1;
    if (before != null) {
      if (before.beginsAt(firstSequence)) {
        return before;
      }
      remove(before);
    }
    DnsStream stream =
        new DnsStream(
            packet.destinationHi(),
            packet.destinationLo(),
            packet.sourceHi(),
            packet.sourceLo(),
            ports,
            firstSequence);
    add(stream, nowNs);
    return stream;
  }

  private void follow(DnsStream stream, IpPacket packet, ByteBuffer buffer) {
    int flags = packet.tcpFlags();
    int length = packet.payloadLength();
    int sequence = packet.tcpSequence() + ((flags & SYN) != 0 ? 1 : 0);
    boolean going = false;
    try {
      StreamLoss loss =
          length == 0
              ? null
              : stream.take(sequence, buffer, packet.payloadOffset(), length, memory, listener);
      if (loss != null) {
        listener.lost(loss);
        return;
      }
      if ((flags & FIN) != 0) {
        stream.endAt(sequence + length);
      }
      going = !stream.hasEnded();
    } finally {
      if (!going) {
        remove(stream);
      }
    }
  }

  private void lose(DnsStream stream, StreamLoss why) {
    remove(stream);
    listener.lost(why);
  }

  private void dropIdle(long nowNs) {
    while (idlest != null && nowNs - idlest.lastNs > limits.maxIdleNs()) {
      lose(idlest, StreamLoss.IDLE);
    }
  }

  private final class Account implements DnsStream.Memory {
    @Override
    public boolean reserve(DnsStream stream, int more) {
      if (more > limits.maxOctetsOfStream() - stream.kept) {
        return false;
      }
      DnsStream candidate = idlest;
      while (more > limits.maxOctets() - octets && candidate != null) {
        DnsStream next = candidate.fresher;
        if (candidate != stream && candidate.kept > 0) {
          lose(candidate, StreamLoss.TOO_MANY_OCTETS);
        }
        candidate = next;
      }
      if (more > limits.maxOctets() - octets) {
        return false;
      }
      octets += more;
      stream.kept += more;
      return true;
    }

    @Override
    public void release(DnsStream stream, int fewer) {
      octets -= fewer;
      stream.kept -= fewer;
    }
  }

  private @Nullable DnsStream find(IpPacket packet, int ports) {
    long clientHi = packet.destinationHi();
    long clientLo = packet.destinationLo();
    long serverHi = packet.sourceHi();
    long serverLo = packet.sourceLo();
    DnsStream stream = buckets[bucket(clientHi, clientLo, serverHi, serverLo, ports)];
    while (stream != null && !stream.is(clientHi, clientLo, serverHi, serverLo, ports)) {
      stream = stream.nextInBucket;
    }
    return stream;
  }

  private int bucket(long clientHi, long clientLo, long serverHi, long serverLo, int ports) {
    long hash = mix(salt ^ clientLo);
    hash = mix(hash ^ clientHi);
    hash = mix(hash ^ serverLo);
    hash = mix(hash ^ serverHi);
    hash = mix(hash ^ ports);
    return (int) hash & (buckets.length - 1);
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 32) * 0x9e3779b97f4a7c15L;
    return mixed ^ mixed >>> 29;
  }

  private int bucketOf(DnsStream stream) {
    return bucket(stream.clientHi, stream.clientLo, stream.serverHi, stream.serverLo, stream.ports);
  }

  private void add(DnsStream stream, long nowNs) {
    if (streams == limits.maxStreams() && idlest != null) {
      lose(idlest, StreamLoss.TOO_MANY_STREAMS);
    }
    int bucket = bucketOf(stream);
    stream.nextInBucket = buckets[bucket];
    buckets[bucket] = stream;
    streams++;
    link(stream, nowNs);
  }

  private void remove(DnsStream stream) {
    int bucket = bucketOf(stream);
    DnsStream before = null;
    DnsStream at = buckets[bucket];
    while (at != null && at != stream) {
      before = at;
      at = at.nextInBucket;
    }
    if (at == null) {
      return;
    }
    if (before == null) {
      buckets[bucket] = at.nextInBucket;
    } else {
      before.nextInBucket = at.nextInBucket;
    }
    streams--;
    octets -= stream.kept;
    stream.kept = 0;
    unlink(stream);
  }

  private void touch(DnsStream stream, long nowNs) {
    unlink(stream);
    link(stream, nowNs);
  }

  private void link(DnsStream stream, long nowNs) {
    stream.lastNs = nowNs;
    stream.idler = freshest;
    stream.fresher = null;
    if (freshest == null) {
      idlest = stream;
    } else {
      freshest.fresher = stream;
    }
    freshest = stream;
  }

  private void unlink(DnsStream stream) {
    if (stream.idler == null) {
      idlest = stream.fresher;
    } else {
      stream.idler.fresher = stream.fresher;
    }
    if (stream.fresher == null) {
      freshest = stream.idler;
    } else {
      stream.fresher.idler = stream.idler;
    }
  }
}
