// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.DatagramRing;
import dev.namegate.nfq.Verdict;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ReadResult;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of denied packets, with a real policy and cache and an injected time. */
final class HeldDecisionsTest {
  private static final int SLOTS = 8;
  private static final int CALI = 3;
  private static final long MAX_HOLD_NS = 900_000_000;
  private static final long SECOND_NS = 1_000_000_000;
  private static final String GOOD = "192.0.2.1";
  private static final String BAD = "192.0.2.2";
  private static final String POLICY =
      """
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: lab-k8s-a-eth0, namespace: default}
      spec: {node: lab, orchestrator: k8s, pod: a, endpoint: eth0, interfaceName: cali1,
        ipNetworks: [10.65.0.2/32]}
      ---
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: names}
      spec:
        types: [Egress]
        egress: [{action: Allow, destination: {domains: ['*.good.test']}}]
      """;

  @TempDir private Path directory;

  private final Counters counters = new Counters();
  private final DatagramRing datagrams = new DatagramRing(SLOTS + 1, 1024);
  private final HeldPackets held = new HeldPackets(SLOTS, datagrams);
  private final List<String> answers = new ArrayList<>();
  private final EndpointTable endpoints = new EndpointTable(index -> "cali1", name -> List.of());
  private final Clock clock = new Clock();
  private final LearntAddresses learnt =
      new LearntAddresses((answer, nowNs) -> {}, () -> held.size() > 0, () -> {});

  @SuppressWarnings("NullAway.Init") // before each test
  private DnsCache cache;

  @SuppressWarnings("NullAway.Init")
  private Ruleset ruleset;

  @SuppressWarnings("NullAway.Init")
  private HeldDecisions decisions;

  private long lastId;

  private static final class Clock {
    long nowNs = 100 * SECOND_NS;
  }

  private record Taught(AnswerLinks links) implements Answer {
    @Override
    public long clientHi() {
      return 0;
    }

    @Override
    public long clientLo() {
      return 1;
    }
  }

  @BeforeEach
  void compile() throws IOException {
    CompiledPolicy policy = policy(POLICY);
    cache = new DnsCache(CacheConfig.DEFAULT, policy::domainSets);
    ruleset = ruleset(policy);
    decisions = decisions((id, verdict) -> note(id, verdict));
    decisions.decideWhatChanged(learnt);
  }

  private HeldDecisions decisions(HeldDecisions.Answers to) {
    return new HeldDecisions(
        held, () -> ruleset, endpoints, MAX_HOLD_NS, to, () -> clock.nowNs, counters.newWriter());
  }

  private int note(long id, int verdict) {
    answers.add(id + (verdict == Verdict.ACCEPT ? " accept" : " drop"));
    return 0;
  }

  private CompiledPolicy policy(String text) throws IOException {
    ReadResult read =
        ResourceReader.read(List.of(Files.writeString(directory.resolve("policy.yaml"), text)));
    assertEquals(List.of(), read.problems());
    return PolicyCompiler.compile(read.resources(), "lab");
  }

  private Ruleset ruleset(CompiledPolicy policy) {
    return new Ruleset(
        policy, cache.table(), List.of("cali"), true, Clients.of(policy, false, (hi, lo) -> false));
  }

  private void comes(int sourcePort, String destination) {
    comes(
        QueuedDatagrams.tcp(
            ++lastId, CALI, "10.65.0.2", sourcePort, destination, QueuedDatagrams.SYN));
  }

  private void comes(ByteBuffer datagram) {
    HeldPacket packet = decisions.next();
    datagrams.put(packet.slot(), datagram);
    packet.received(clock.nowNs);
    decisions.take(packet);
  }

  private static Taught answer(String name, String address) {
    return new Taught(
        AnswerLinks.of(
            List.of(new AddressEdge(DomainName.parse(name), IpAddress.parse(address), 60))));
  }

  private void learn(String name, String address) {
    Taught answer = answer(name, address);
    cache.learn(answer.links().toEdges(), clock.nowNs);
    learnt.commit(answer, clock.nowNs);
    learnt.endOfBatch(clock.nowNs);
    decisions.decideWhatChanged(learnt);
  }

  private long count(Counter counter) {
    return counters.value(counter);
  }

  @Test
  void holdsWhatAnAnswerCouldAllowUntilItDoes() {
    comes(1, GOOD);
    comes(2, BAD);
    assertEquals(List.of(), answers);

    learn("a.good.test", GOOD);

    assertEquals(List.of("1 accept"), answers);
    assertEquals(1, held.size());
    assertEquals(1, count(Counter.HELD_ALLOWED));
  }

  @Test
  void acceptsAtOnceWhatWasLearntMeanwhile() {
    learn("a.good.test", GOOD);
    comes(1, GOOD);

    assertEquals(List.of("1 accept"), answers);
    assertEquals(0, held.size());
  }

  @Test
  void dropsAtOnceWhatItsAnswerDeniesAgain() {
    comes(1, BAD);
    learn("bad.test", BAD);

    assertEquals(List.of("1 drop"), answers);
    assertEquals(1, count(Counter.HELD_DENIED_AGAIN));
  }

  @Test
  void dropsAtTheLimitAndNotBefore() {
    comes(1, GOOD);
    clock.nowNs += MAX_HOLD_NS / 2;
    comes(2, GOOD);
    decisions.dropOverdue(clock.nowNs);
    assertEquals(List.of(), answers);

    clock.nowNs += MAX_HOLD_NS / 2;
    decisions.dropOverdue(clock.nowNs);

    assertEquals(List.of("1 drop"), answers);
    assertEquals(1, count(Counter.HELD_TIMED_OUT));
    assertEquals(clock.nowNs + MAX_HOLD_NS / 2, decisions.nextEndNs());
  }

  @Test
  void dropsAndCountsWhatFindsNoSlot() {
    for (int i = 0; i < SLOTS + 3; i++) {
      comes(i, GOOD);
    }

    assertEquals(List.of("9 drop", "10 drop", "11 drop"), answers);
    assertEquals(3, count(Counter.HELD_OVERFLOWS));
    assertEquals(SLOTS, held.size());
  }

  @Test
  void dropsAndCountsASynThatIsSentAgain() {
    comes(1, GOOD);
    comes(1, GOOD);

    assertEquals(List.of("2 drop"), answers);
    assertEquals(1, count(Counter.HELD_RETRANSMITS));
  }

  @Test
  void decidesAllAnewByAnotherRuleset() throws IOException {
    comes(1, GOOD);
    comes(2, BAD);
    CompiledPolicy next =
        policy(POLICY.replace("domains: ['*.good.test']", "nets: [192.0.2.2/32]"));
    ruleset = ruleset(next);
    decisions.decideWhatChanged(learnt);

    assertEquals(List.of("1 drop", "2 accept"), answers);
  }

  @Test
  void forgetsWithoutAnAnswerWhatDiedWithItsSocket() {
    comes(1, GOOD);
    comes(2, BAD);
    decisions.forgetAll();

    assertEquals(List.of(), answers);
    assertEquals(0, held.size());
    assertEquals(Long.MAX_VALUE, decisions.nextEndNs());
  }

  @Test
  void decidesForTheLastTimeAtTheEnd() {
    comes(1, GOOD);
    comes(2, BAD);
    cache.learn(answer("a.good.test", GOOD).links().toEdges(), clock.nowNs);
    decisions.decideAllAtLast();

    assertEquals(List.of("1 accept", "2 drop"), answers);
  }

  /** Invariant no-garbage: to hold, to decide again and to drop allocates nothing. */
  @Test
  void holdsDecidesAgainAndDropsWithoutAllocating() {
    cache.learn(answer("a.good.test", GOOD).links().toEdges(), clock.nowNs);
    long[] verdicts = new long[2];
    decisions =
        decisions(
            (id, verdict) -> {
              verdicts[verdict == Verdict.ACCEPT ? 1 : 0]++;
              return 0;
            });
    ByteBuffer[] packets = new ByteBuffer[SLOTS + 2];
    for (int i = 0; i < packets.length; i++) {
      String destination = i < 3 ? GOOD : BAD;
      packets[i] =
          QueuedDatagrams.tcp(
              i + 1, CALI, "10.65.0.2", Math.max(i, 1), destination, QueuedDatagrams.SYN);
    }
    Taught good = answer("a.good.test", GOOD);
    long least = Long.MAX_VALUE;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int round = 0; round < 200; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      holdDecideAndDrop(packets, good);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertEquals(0, least);
    assertEquals(200 * 2, verdicts[1], "learnt while they were held");
    assertTrue(count(Counter.HELD_TIMED_OUT) >= 200 && count(Counter.HELD_RETRANSMITS) == 200);
    assertEquals(0, held.size());
  }

  /** What was learnt is over when the packets come, and in force again when they are decided. */
  private void holdDecideAndDrop(ByteBuffer[] packets, Taught good) {
    long learntNs = clock.nowNs;
    clock.nowNs = learntNs + 100 * SECOND_NS;
    for (ByteBuffer packet : packets) {
      comes(packet);
    }
    learnt.commit(good, clock.nowNs);
    clock.nowNs = learntNs;
    learnt.endOfBatch(clock.nowNs);
    decisions.decideWhatChanged(learnt);
    decisions.dropOverdue(learntNs + 200 * SECOND_NS);
  }
}
