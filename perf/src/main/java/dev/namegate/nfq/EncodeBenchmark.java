// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.IpAddress;
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

/**
 * What the kernel is sent, up to the system call: verdicts, and entries of accept sets. In this
 * package because the senders can be replaced here.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EncodeBenchmark {
  private static final int NOTHING_TO_READ = -11;
  private static final int TCP = 6;
  private static final int PORT = 443;
  private static final int SECONDS = 300;
  private static final int CAPACITY = 128;
  private static final int QUEUE = 102;
  private static final int VERDICT_BYTES = 32;

  /** How many there are in a batch. */
  @Param({"1", "64"})
  public int count;

  private final IpAddress client = IpAddress.parse("10.65.0.2");
  private final IpAddress server = IpAddress.parse("198.18.0.1");
  private final VerdictBatch verdicts =
      new VerdictBatch((address, length) -> sent(length), QUEUE, CAPACITY);
  private final AcceptSetBatch entries = new AcceptSetBatch(new Nobody(), CAPACITY);
  private int set;
  private long bytes;

  /** Takes what is sent for done. */
  private final class Nobody implements AcceptSetSender.Kernel {
    @Override
    public int send(long address, int length) {
      return sent(length);
    }

    @Override
    public int receive(long address, int length) {
      return NOTHING_TO_READ;
    }

    @Override
    public void close() {
      // There is nothing.
    }
  }

  private int sent(int length) {
    bytes += length;
    return length;
  }

  /** Registers the set, and looks that what is measured is sent. */
  @Setup
  public void register() {
    set = entries.register("ng-bench", false, true);
    if (verdicts() != count || bytes != (long) count * VERDICT_BYTES || entries() != 0) {
      throw new IllegalStateException("not what was to be sent: " + bytes + " bytes");
    }
    if (bytes <= (long) count * VERDICT_BYTES) {
      throw new IllegalStateException("no entry was sent");
    }
  }

  /** Verdicts to accept. */
  @Benchmark
  public int verdicts() {
    for (int i = 0; i < count; i++) {
      verdicts.accept(i);
    }
    return verdicts.flush();
  }

  /** Entries to add; how many of them failed. */
  @Benchmark
  public int entries() {
    for (int i = 0; i < count; i++) {
      entries.add(set, server.hi(), server.lo() + i, TCP, PORT, client.hi(), client.lo(), SECONDS);
    }
    return entries.flush();
  }
}
