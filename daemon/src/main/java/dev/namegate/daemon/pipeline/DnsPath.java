// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.RingBuffer;
import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.daemon.stats.LatencyRecorder;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.LoggedPacket;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.NflogGroup;
import dev.namegate.nfq.VerdictBatch;
import dev.namegate.packet.dns.DecodingSpace;
import dev.namegate.packet.tcp.StreamLimits;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * The path of DNS replies, from the queue to their release: ring, stages, receiving thread and the
 * timer that bounds how long a reply is held.
 *
 * <p><b>Threading:</b> built, started and stopped by one thread.
 */
public final class DnsPath {
  private static final System.Logger LOG = System.getLogger(DnsPath.class.getName());

  /** How much longer than the hold limit a stop waits for a stage. */
  private static final long STOP_MARGIN_MS = 2_000;

  /**
   * The largest netlink message that NFQUEUE sends: 16-bit lengths, and some room for attributes.
   */
  private static final int SLOT_BYTES = 66_048;

  private static final int QUERY_SLOTS = 64;

  /** A query with every option known today, and the netlink attributes around it. */
  private static final int QUERY_SLOT_BYTES = 2_048;

  /** Verdicts of one send; a drained batch is seldom larger. */
  private static final int VERDICTS = 256;

  private final List<PacketSource<?>> sources;
  private final Pipeline<ReplyEvent> pipeline;
  private final QueueReceiver<ReplyEvent> receiver;
  private final HoldTimer holdTimer;
  private final LatencyRecorder latency = new LatencyRecorder();
  private final WriterTasks tasks = new WriterTasks();
  private final Thread thread;
  private final Thread holdThread;
  private final long stopLimitMs;

  /**
   * @param learnAddressHints whether HTTPS and SVCB records teach
   * @param tcp how much of DNS over TCP is kept
   */
  public DnsPath(
      NfQueue queue,
      NflogGroup queries,
      NflogGroup replies,
      PipelineConfig config,
      boolean learnAddressHints,
      StreamLimits tcp,
      Commit commit,
      DnsCache cache,
      NanoClock clock,
      Counters counters)
      throws NfQueueException {
    PacketSource<LoggedPacket> asked = PacketSource.ofQueryCopies(queries);
    PacketSource<ReplyEvent> held = PacketSource.of(queue);
    PacketSource<ReplyEvent> copied = PacketSource.ofReplyCopies(replies);
    sources = List.of(asked, held, copied);
    DatagramRing datagrams = new DatagramRing(config.replySlots(), SLOT_BYTES);
    int[] slot = {0};
    DecodingSpace space = new DecodingSpace();
    RingBuffer<ReplyEvent> ring =
        // The receiving thread, and the hold timer where a stuck stage keeps that thread.
        RingBuffer.createMultiProducer(
            () -> new ReplyEvent(datagrams, slot[0]++, learnAddressHints, space),
            config.replySlots(),
            config.stageThreads().newWaitStrategy());
    Counters.Writer learning = counters.newWriter();
    QueryCopies copies =
        new QueryCopies(asked, new DatagramRing(QUERY_SLOTS, QUERY_SLOT_BYTES), clock, learning);
    QuestionTable questions =
        new QuestionTable(
            QuestionTable.DEFAULT_MAX_PER_CLIENT, QuestionTable.DEFAULT_MAX_QUESTIONS);
    LearnHandler learn = new LearnHandler(copies, questions, learning);
    IdleWork housekeeping = new Housekeeping(cache, commit, clock);
    boolean isPolled = config.stageThreads() == StageThreads.POLLED;
    pipeline =
        new Pipeline<>(
            ring,
            List.of(
                new Pipeline.Stage<>(
                    "ng-dns-decode", new ReplyDecodeHandler(tcp, counters.newWriter())),
                new Pipeline.Stage<>("ng-learn", learn),
                new Pipeline.Stage<>(
                    "ng-commit",
                    new CommitHandler(
                        commit,
                        tasks,
                        isPolled ? IdleWork.NONE : housekeeping,
                        clock,
                        counters.newWriter())),
                new Pipeline.Stage<>(
                    "ng-release",
                    new ReleaseHandler(
                        new VerdictBatch(queue, VERDICTS), latency, clock, counters.newWriter()))),
            config.stageThreads(),
            config.dnsBinding(),
            new FailClosedHandler<>("dns", Counter.DNS_REPLY_FAULTS, counters.newWriter()));
    receiver =
        new QueueReceiver<>(
            List.of(held, copied),
            datagrams,
            ring,
            pipeline,
            isPolled ? housekeeping : IdleWork.NONE,
            isPolled ? learn : Questions.NONE,
            clock,
            config.pollWindow().toNanos(),
            counters.newWriter());
    thread = config.dnsBinding().newThread(receiver, "ng-dns");
    thread.setDaemon(true); // a stage that never comes back keeps no process alive
    stopLimitMs = config.maxHold().toMillis() + STOP_MARGIN_MS;
    holdTimer =
        new HoldTimer(
            ring,
            pipeline,
            receiver::receiveInstead,
            config.maxHold().toNanos(),
            clock,
            new VerdictBatch(queue, VERDICTS),
            counters.newWriter());
    holdThread = new Thread(holdTimer, "ng-hold");
  }

  /** For {@link SocketWatch}. */
  List<PacketSource<?>> sources() {
    return sources;
  }

  public void start() {
    pipeline.start();
    thread.start();
    holdThread.start();
  }

  /**
   * Runs this on the thread that owns the cache, between two replies. Any thread, at any time; the
   * result completes with a {@link java.util.concurrent.CancellationException} if the path stops
   * before.
   */
  public <T> CompletableFuture<T> onWriter(Callable<T> work) {
    CompletableFuture<T> result = tasks.add(work);
    receiver.nudge();
    return result;
  }

  /** Lets the writer look for work, soon. Any thread; allocates nothing. */
  public void nudge() {
    receiver.nudge();
  }

  /** How long from the receipt of a reply to its release. Any thread. */
  public LatencyRecorder.Summary latency() {
    return latency.summary();
  }

  /**
   * Answers all that the kernel holds and ends the threads. The rules must be gone by then.
   *
   * <p><b>Bounds:</b> waits for a stuck stage as long as a reply may be held, and some; by then the
   * hold timer has released what was received. The threads are left to the end of the process.
   */
  public void stop() throws InterruptedException {
    receiver.stop();
    thread.join(stopLimitMs);
    boolean stuck = thread.isAlive();
    tasks.close();
    holdTimer.stop(holdThread);
    holdThread.join();
    if (stuck) {
      LOG.log(
          System.Logger.Level.ERROR,
          "a stage of the DNS replies has not come back within ms="
              + stopLimitMs
              + ": stopping without it");
      return; // its thread still uses it
    }
    pipeline.stop();
    receiver.close();
  }
}
