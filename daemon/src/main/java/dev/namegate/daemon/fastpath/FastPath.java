// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.pipeline.Answer;
import dev.namegate.daemon.pipeline.ClientIndex;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.nfq.AcceptSetFailure;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.policy.CompiledPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the kernel's accept sets: an entry stands there only while policy allows all that it
 * matches (<i>no-entry-without-allow</i>).
 *
 * <p><b>Threading:</b> confined to the cache's writer (<i>single-writer</i>), but for {@link
 * #entries}.
 *
 * <p><b>Ordering:</b> entries are added after what they rest on is published; when {@link
 * #endOfBatch} or {@link #renew} returns, the kernel has acted.
 *
 * <p><b>Bounds:</b> as many entries as {@link AcceptEntries} has room for; {@value
 * #MOST_OF_AN_ANSWER} entries for one answer and {@value #MOST_REQUESTS} requests in one batch, so
 * that no reply waits long for them.
 *
 * <p><b>Errors:</b> what cannot be added is counted, and its flows are queued. If the kernel may
 * hold what it should not, nothing is added until the sets could be made anew, which is tried each
 * second.
 */
public final class FastPath {
  private static final System.Logger LOG = System.getLogger(FastPath.class.getName());

  static final int MOST_OF_AN_ANSWER = 512;
  static final int MOST_REQUESTS = 256;

  /** An entry that rests on no name lives for this long, and then asks again. */
  static final int SECONDS_WITHOUT_NAME = 600;

  /** The kernel starts to count later than we, by as long as a send may take, and in ticks. */
  static final long MARGIN_NS = 50_000_000;

  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private static final long LOG_INTERVAL_NS = TimeUnit.MINUTES.toNanos(1);

  private final PolicyViews views;

  /** One for each stage that decides flows. */
  private final LazyRequests[] requests;

  /** Whose turn it is to be drained first. */
  private int firstRequests;

  private final AcceptEntries accepted;
  private final LazyRequests.Taker taker = this::consider;

  private final Destination destination = new Destination();
  private final IpPacket packet = new IpPacket();
  private final int[] ports = new int[CompiledPolicy.MAX_CANDIDATE_PORTS];

  /** What is asked for, in no set yet. */
  private final EntryKeys likely = new EntryKeys(1);

  /** The entry that is worked on. */
  private final EntryKeys key = new EntryKeys(1);

  private @Nullable PolicyView view;
  private @Nullable RulesConfig rules;
  private long nowNs;
  private long triedNs;
  private boolean repairing;
  private long loggedNs;
  private boolean logged;

  /** Written by the writer. */
  private volatile int entries;

  /**
   * A fast path without entries, and without a policy until {@link #renew}.
   *
   * @param trainCapacity of the sink
   * @param maxEntries of all sets together
   */
  public FastPath(
      AcceptSetSink sink,
      int trainCapacity,
      int maxEntries,
      PolicyViews views,
      List<LazyRequests> requests,
      Counters.Writer counters) {
    this.views = views;
    this.requests = requests.toArray(LazyRequests[]::new);
    accepted = new AcceptEntries(sink, trainCapacity, maxEntries, counters);
  }

  /** How many entries the sets hold, or held until a moment ago. Any thread. */
  public int entries() {
    return entries;
  }

  /**
   * Adds what whoever gets this answer will likely ask for next. What the answer taught has to be
   * published.
   */
  public void commit(Answer answer, long atNs) {
    PolicyView current = view;
    if (current == null || accepted.isBroken()) {
      return;
    }
    nowNs = atNs;
    int client = current.ruleset().clients().endpointAt(answer.clientHi(), answer.clientLo());
    if (client >= 0) {
      if (current.usesDomains(client)) {
        addLikely(current, client, answer.links());
      }
    } else if (client == ClientIndex.HOST) {
      for (int endpoint : current.hostEndpoints()) {
        addLikely(current, endpoint, answer.links());
      }
    }
  }

  private void addLikely(PolicyView current, int endpoint, AnswerLinks links) {
    int budget = MOST_OF_AN_ANSWER;
    for (int link = 0; link < links.size() && budget > 0; link++) {
      if (link % AcceptEntries.READ_AHEAD
          == 1) { // after the first, whose entry the others' are like
        accepted.readAhead(key, 0, links, link);
      }
      if (!links.isAlias(link)) {
        budget -= addLikely(current, endpoint, links.addressHi(link), links.addressLo(link));
      }
    }
  }

  /** Returns how many were considered. */
  private int addLikely(PolicyView current, int endpoint, long hi, long lo) {
    destination.of(current.ruleset(), endpoint, hi, lo, nowNs);
    int found = current.ruleset().policy().candidatePorts(endpoint, destination, ports);
    if (found == 0) {
      return 0;
    }
    likely.destination(0, hi, lo);
    if (!current.isWorkload(endpoint)) { // from where is of no interest: something of the family
      return addLikelyFrom(current, endpoint, hi, lo, found);
    }
    int considered = 0;
    for (IpAddress source : current.sources(endpoint, IpAddress.isIpv4(hi, lo))) {
      considered += addLikelyFrom(current, endpoint, source.hi(), source.lo(), found);
    }
    return considered;
  }

  /** Considers flows from this source to the first of the ports; returns how many. */
  private int addLikelyFrom(PolicyView current, int endpoint, long hi, long lo, int found) {
    likely.source(0, hi, lo);
    for (int i = 0; i < found; i++) {
      likely.place(0, 0, ports[i]);
      consider(current, endpoint, likely, 0, false);
    }
    return found;
  }

  /** Takes up what was queued, and sends all; before the replies of the batch are released. */
  public void endOfBatch(long atNs) {
    nowNs = atNs;
    drainRequests();
    accepted.flush();
    if (accepted.isBroken()) {
      repair();
    }
    entries = accepted.size();
    logFailure();
  }

  /** Forgets some of what is over, and takes out of the sets what was retracted meanwhile. */
  public void tidy(long atNs) {
    accepted.sweep(atNs);
    endOfBatch(atNs);
  }

  private void drainRequests() {
    int left = MOST_REQUESTS;
    for (int i = 0; i < requests.length; i++) {
      left -= requests[(firstRequests + i) % requests.length].drain(left, taker);
    }
    firstRequests = (firstRequests + 1) % requests.length;
  }

  /** The endpoint ids of a request mean something to its own ruleset only. */
  @SuppressWarnings("ReferenceEquality") // the same one, not one that is like it
  private void consider(Ruleset ruleset, int endpoint, EntryKeys keys, int at) {
    PolicyView current = view;
    if (current != null && current.ruleset() == ruleset && !accepted.isBroken()) {
      destination.of(ruleset, endpoint, keys.dstHi[at], keys.dstLo[at], nowNs);
      consider(current, endpoint, keys, at, true);
    }
  }

  /**
   * Adds an entry if policy allows all that it would match.
   *
   * @param queued whether the kernel has queued such a flow: then the entry is not there, whatever
   *     the mirror says
   */
  private void consider(PolicyView current, int endpoint, EntryKeys keys, int at, boolean queued) {
    CompiledPolicy policy = current.ruleset().policy();
    packet.opening(
        keys.protocol(at),
        keys.srcHi[at],
        keys.srcLo[at],
        keys.dstHi[at],
        keys.dstLo[at],
        keys.port(at));
    int decision = policy.evaluate(endpoint, packet, destination);
    if (!policy.isCacheable(endpoint, decision, packet)) {
      return;
    }
    int seconds = seconds(policy.lifetimeNs(endpoint, decision, packet, destination));
    if (seconds < 1) {
      return;
    }
    boolean withSource = current.isWorkload(endpoint);
    for (int set : current.sets(endpoint, packet.ipVersion() == 4)) {
      key.copy(keys, at, 0);
      key.place(0, set, (int) keys.place[at]);
      if (!withSource) {
        key.source(0, 0, 0);
      }
      accepted.put(key, 0, seconds, queued, nowNs);
    }
  }

  private static int seconds(long lifetimeNs) {
    return lifetimeNs == CompiledPolicy.NO_EXPIRY
        ? SECONDS_WITHOUT_NAME
        : (int) Math.min(Integer.MAX_VALUE, (lifetimeNs - MARGIN_NS) / SECOND_NS);
  }

  /**
   * An address lost a membership before its time: what leads there goes, and comes again if it is
   * still allowed. The kernel has acted when the batch ends.
   */
  public void retracted(long hi, long lo) {
    accepted.deleteTo(hi, lo);
  }

  /**
   * Puts empty sets in the place of all. The ruleset has to be published: from now on entries are
   * added by it, and by no other.
   *
   * @param nextRules that refer to the sets
   * @throws KernelRulesException if an entry of before may still be there
   */
  public void renew(Ruleset ruleset, RulesConfig nextRules, long atNs) throws KernelRulesException {
    boolean known = view != null && !accepted.isBroken();
    nowNs = atNs;
    view = views.of(ruleset, nextRules);
    rules = nextRules;
    accepted.flush();
    try {
      empty(nextRules);
    } catch (KernelRulesException e) {
      accepted.deleteAll();
      accepted.flush();
      if (!known || accepted.isBroken()) {
        accepted.breaks();
        throw e;
      }
      LOG.log(
          System.Logger.Level.WARNING, "accept sets were emptied one by one: " + e.getMessage());
    } finally {
      entries = accepted.size();
    }
  }

  private void empty(RulesConfig ofRules) throws KernelRulesException {
    views.empty(ofRules);
    accepted.emptied();
    repairing = false;
  }

  private void repair() {
    RulesConfig ofRules = rules;
    if (ofRules == null || (repairing && nowNs - triedNs < SECOND_NS)) {
      return;
    }
    repairing = true;
    triedNs = nowNs;
    try {
      empty(ofRules);
      LOG.log(System.Logger.Level.INFO, "accept sets were made anew after a failure");
    } catch (KernelRulesException e) {
      log("accept sets may hold what policy allows no more: " + e.getMessage());
    }
  }

  private void logFailure() {
    int failure = accepted.takeLastFailure();
    if (failure != AcceptSetFailure.NONE) {
      log(
          "accept sets do not take all entries, the queue decides: "
              + AcceptSetFailure.name(failure));
    }
  }

  private void log(String message) {
    if (!logged || nowNs - loggedNs >= LOG_INTERVAL_NS) {
      logged = true;
      loggedNs = nowNs;
      LOG.log(System.Logger.Level.WARNING, message);
    }
  }
}
