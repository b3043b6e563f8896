// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.Packets;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.dns.DnsMessage;
import dev.namegate.packet.dns.DnsMessages;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Headers of any packet, and a whole DNS reply. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {
  private static final int TYPE_A = 1;
  private static final int DNS_PORT = 53;
  private static final int CLIENT_PORT = 40_000;
  private static final long TTL_SECONDS = 300;

  /** How many addresses the reply holds. */
  @Param({"1", "16"})
  public int answers;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
  private final IpPacket packet = new IpPacket();
  private final DnsMessage message = new DnsMessage();

  /** Builds the reply and looks that it decodes. */
  @Setup
  public void build() {
    DnsMessages reply = DnsMessages.reply(1, "api.alice.com", TYPE_A);
    for (int i = 0; i < answers; i++) {
      reply.a("api.alice.com", "198.51.100." + (i + 1), TTL_SECONDS);
    }
    byte[] bytes =
        Packets.udp(
            IpAddress.parse("192.0.2.53"),
            DNS_PORT,
            IpAddress.parse("10.65.0.2"),
            CLIENT_PORT,
            reply.bytes());
    buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    if (headers() != ParseStatus.OK || message() != answers) {
      throw new IllegalStateException("the reply does not decode as it was built");
    }
  }

  /** The IP and UDP headers. */
  @Benchmark
  public int headers() {
    return packet.decode(buffer, 0, buffer.capacity());
  }

  /** The DNS message in it: what it teaches. */
  @Benchmark
  public int message() {
    message.decodeReply(buffer, packet.payloadOffset(), packet.payloadLength());
    return message.links().size();
  }
}
