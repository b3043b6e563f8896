// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.NanoClock;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.dns.DecodingSpace;
import dev.namegate.packet.dns.DnsMessage;
import dev.namegate.packet.tcp.StreamLimits;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import java.time.Duration;
import java.util.List;

/**
 * Sends sample packets through stages of its own at start, so that the first real reply and flow do
 * not wait until the classes of the packet path are loaded and linked, tens of milliseconds.
 *
 * <p>The stages have a cache, counters and tables that nobody else sees; what they share with those
 * that run is the compiled policy, which is immutable. Nothing is sent to the kernel.
 *
 * <p><b>Threading:</b> runs on a thread of its own, beside the rest of the start.
 *
 * <p><b>Bounds:</b> {@value #MAX_ROUNDS} rounds or {@value #MAX_NS} ns.
 *
 * <p><b>Errors:</b> a fault here is logged; the first packets are slow then.
 */
public final class WarmUp {
  private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
  private static final int MAX_ROUNDS = 100;
  private static final long MAX_NS = 200_000_000;
  private static final int SLOT_BYTES = 1_024;

  private final CompiledPolicy policy;
  private final NanoClock clock;
  private final DatagramRing datagrams = new DatagramRing(1, SLOT_BYTES);
  private final Thread thread = new Thread(this::run, "ng-warm-up");
  private int learnt;
  private int allowed;

  public WarmUp(CompiledPolicy policy, NanoClock clock) {
    this.policy = policy;
    this.clock = clock;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Waits for the end of it, and no longer than this; then it goes on beside. */
  public void await(Duration atMost) throws InterruptedException {
    thread.join(atMost.toMillis());
  }

  /** How many sample replies were learnt. After the end. */
  int learnt() {
    return learnt;
  }

  /** How many sample flows the policy allowed. After the end. */
  int allowed() {
    return allowed;
  }

  private void run() {
    long startNs = clock.nowNs();
    try {
      Counters counters = new Counters();
      DnsCache cache = new DnsCache(CacheConfig.DEFAULT, new PolicyMatcher(policy));
      Replies replies = new Replies(cache, counters);
      Flows flows = new Flows(cache, counters);
      for (int i = 0; i < MAX_ROUNDS && clock.nowNs() - startNs < MAX_NS; i++) {
        replies.one();
        flows.all();
      }
    } catch (RuntimeException | LinkageError fault) {
      LOG.log(System.Logger.Level.WARNING, "cannot warm up, the first packets are slow", fault);
    }
  }

  /** A question and its answer, from the datagrams to a commit. */
  private final class Replies {
    private final QuestionTable questions =
        new QuestionTable(QuestionTable.DEFAULT_MAX_PER_CLIENT, 16);
    private final QuestionKey key = new QuestionKey();
    private final DnsMessage asked = new DnsMessage();
    private final ReplyEvent event = new ReplyEvent(datagrams, 0, true, new DecodingSpace());
    private final ReplyDecodeHandler decode;
    private final CommitHandler commit;

    Replies(DnsCache cache, Counters counters) {
      decode = new ReplyDecodeHandler(StreamLimits.of(1, SLOT_BYTES), counters.newWriter());
      commit =
          new CommitHandler(
              (answer, nowNs) -> {
                cache.learn(answer.links(), DnsCache.ANYONE, nowNs);
                learnt++;
              },
              new WriterTasks(),
              new Housekeeping(cache, (answer, nowNs) -> {}, clock),
              clock,
              counters.newWriter());
    }

    void one() {
      ask();
      datagrams.put(0, SamplePackets.reply());
      event.received(clock.nowNs());
      decode.onEvent(event, 0, true);
      if (event.isSound() && isAsked()) {
        event.teach();
      }
      commit.onEvent(event, 0, true);
    }

    private void ask() {
      datagrams.put(0, SamplePackets.query());
      event.received(clock.nowNs());
      event.decodeHeaders();
      IpPacket packet = event.packet();
      int decoded =
          asked.decodeQuery(datagrams.buffer(), packet.payloadOffset(), packet.payloadLength());
      if (decoded == ParseStatus.OK) {
        key.client(packet.sourceHi(), packet.sourceLo(), packet.sourcePort());
        key.server(packet.destinationHi(), packet.destinationLo(), packet.destinationPort());
        key.message(asked);
        boolean unused =
            questions.ask(
                key,
                packet.destinationHi(),
                packet.destinationLo(),
                packet.destinationPort(),
                clock.nowNs());
      }
    }

    private boolean isAsked() {
      IpPacket packet = event.packet();
      key.client(packet.destinationHi(), packet.destinationLo(), packet.destinationPort());
      key.server(packet.sourceHi(), packet.sourceLo(), packet.sourcePort());
      key.message(event.message());
      return questions.take(key, clock.nowNs());
    }
  }

  /** The first segment of a connection from and through endpoints, as far as the decision. */
  private final class Flows {
    private final FlowEvent event = new FlowEvent(datagrams, 0);
    private final FlowDecodeHandler decode;
    private final DecideHandler decide;
    private final int workload = indexOf(Endpoint.Kind.WORKLOAD);
    private final int host = indexOf(Endpoint.Kind.HOST);

    Flows(DnsCache cache, Counters counters) {
      Ruleset ruleset =
          new Ruleset(
              policy,
              cache.table(),
              List.of(nameOf(workload)),
              true,
              Clients.of(policy, false, (hi, lo) -> false));
      decode = new FlowDecodeHandler(counters.newWriter());
      decide =
          new DecideHandler(
              () -> ruleset,
              new EndpointTable(this::nameOf, name -> List.of()),
              clock.nowNs(),
              counters.newWriter(),
              new RuleLogger(counters.newWriter()), // never started: it writes nothing
              AllowedFlows.UNHEARD);
    }

    /** The index of the first endpoint of a kind, counted from 1, for that of its interface. */
    private int indexOf(Endpoint.Kind kind) {
      int index = 0;
      while (index < policy.endpoints().size() && policy.endpoints().get(index).kind() != kind) {
        index++;
      }
      return index + 1;
    }

    private String nameOf(int index) {
      return index > policy.endpoints().size()
          ? "none"
          : policy.endpoints().get(index - 1).interfaceName();
    }

    void all() {
      one(SamplePackets.LOCAL_IN, workload, 0);
      one(SamplePackets.FORWARD, workload, host);
      one(SamplePackets.LOCAL_OUT, 0, host);
    }

    private void one(int hook, int inInterface, int outInterface) {
      datagrams.put(0, SamplePackets.opening(hook, inInterface, outInterface));
      event.received(clock.nowNs());
      decode.onEvent(event, 0, true);
      decide.onEvent(event, 0, true);
      if (event.isAllowed()) {
        allowed++;
      }
    }
  }
}
