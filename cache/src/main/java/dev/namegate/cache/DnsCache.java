// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import static java.util.Objects.requireNonNull;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.AnswerLinks;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What DNS answers have taught: names, the aliases and addresses they lead to, each until when, and
 * the table of addresses that follows from it for the policy in force.
 *
 * <p>A domain set contains an address until the latest moment at which some name of that set still
 * leads to it; a name leads to an address over up to {@link Claims#MAX_DEPTH} aliases, as long as
 * every link of the path lasts. Every name on a chain counts, whichever was asked for, and links
 * from separate answers combine.
 *
 * <p>Every answer has a <i>client</i>, a number for who asked, and a <i>scope</i>, a number for
 * whom it counts: {@link #ANYONE}, or with {@link CacheConfig#perClient} the client alone. What is
 * learnt for one scope is not known in another.
 *
 * <p><b>Threading:</b> one writer thread (<i>single-writer</i>) calls everything but {@link
 * #table}, {@link AddressTable#find} and {@link #counters}, which any thread may. Another thread
 * may take over as the writer if the hand-over orders the two (a thread's start, a queue).
 *
 * <p><b>Ordering:</b> when {@link #learn} returns, every lookup that begins later sees what it
 * taught (<i>learn-before-release</i>).
 *
 * <p><b>Units:</b> times are nanoseconds of a monotonic clock that the caller reads, compared by
 * subtraction.
 *
 * <p><b>Bounds:</b> the limits of {@link CacheConfig}; {@link Eviction} says what goes when they
 * are met, {@link CacheCounter} what is counted. Learning a link is O(log n) plus the names and
 * addresses behind it that gain by it.
 */
public final class DnsCache {
  /** The client that is none in particular, and the scope that all share. */
  public static final int ANYONE = 0;

  /** Up to one name in so many may have other sets: the table before serves as the next one. */
  private static final int FEW = 8;

  private final CacheConfig config;
  private final NameGraph graph = new NameGraph();
  private final ExpiryQueues queues = new ExpiryQueues(graph);
  private final CacheCounters counters = new CacheCounters();
  private final TablePublisher publisher;
  private final ClaimSpreader claims;
  private final Eviction eviction;
  private final ReadAhead readAhead;
  private final KeptAddresses kept;
  private NameMatcher matcher;

  // The answer in hand.
  private final AnswerLinks edges = new AnswerLinks();
  private final NameKey owner = new NameKey();
  private final NameKey target = new NameKey();

  /** An empty cache whose losses nobody needs to hear of. */
  public DnsCache(CacheConfig config, NameMatcher matcher) {
    this(config, matcher, (hi, lo) -> {});
  }

  /**
   * An empty cache.
   *
   * @param retractions hears of what is forgotten before its time
   */
  public DnsCache(CacheConfig config, NameMatcher matcher, RetractionListener retractions) {
    this.config = requireNonNull(config, "config is null");
    this.matcher = requireNonNull(matcher, "matcher is null");
    kept = new KeptAddresses(graph);
    publisher = new TablePublisher(graph, kept, new AddressTable(matcher, 0), retractions);
    claims = new ClaimSpreader(graph, queues, publisher, counters);
    eviction = new Eviction(config, graph, queues, claims, publisher, counters);
    readAhead = new ReadAhead(config, graph, queues, publisher);
  }

  /**
   * Loads what reads memory outside of the heap. Need not be called; else the first cache that
   * comes to be large does so meanwhile, some hundredths of a second. Any thread.
   */
  public static void prepare() {
    Memory.prepare();
  }

  /** Whom what this client is told counts for. */
  public int scopeOf(int client) {
    return config.perClient() ? client : ANYONE;
  }

  /** Learns the edges of an answer that went to {@link #ANYONE}. */
  public int learn(List<Edge> chain, long nowNs) {
    return learn(chain, ANYONE, nowNs);
  }

  /** {@link #learn(AnswerLinks, int, long)} for links that stand in objects. Allocates. */
  public int learn(List<Edge> chain, int client, long nowNs) {
    edges.fill(chain);
    return learn(edges, client, nowNs);
  }

  /**
   * Learns the links of one answer. A link that is known lasts as long as the later of the two
   * says. The links stand in any order.
   *
   * <p><b>Ownership:</b> nothing of the answer is kept. What is known is renewed without any
   * allocation; of a name that is new its octets are copied to outside of the heap.
   *
   * <p><b>Errors:</b> if the matcher throws, so does this; the links before the one it was asked
   * for are learnt and published.
   *
   * @param client who asked, 0 or more
   * @return how many addresses it taught or renewed
   */
  @HotPath
  public int learn(AnswerLinks answer, int client, long nowNs) {
    int taught = 0;
    int scope = scopeOf(client);
    try {
      for (int i = 0; i < answer.size(); i++) {
        readAhead.at(answer, i, scope);
        long expiryNs = config.expiryNs(answer.ttlSeconds(i), nowNs);
        turnToOwner(answer, i, scope);
        if (answer.isAlias(i)) {
          target.of(scope, answer, answer.target(i));
          learnAlias(client, expiryNs, nowNs);
        } else if (learnAddress(
            client, answer.addressHi(i), answer.addressLo(i), expiryNs, nowNs)) {
          taught++;
        }
      }
    } finally {
      eviction.unpin();
      publisher.publish(nowNs);
      publishLevels();
    }
    return taught;
  }

  /**
   * Takes up links that an earlier process knew; no floor, no cap and no extra time counts again.
   *
   * @param known those that are over are left out
   */
  public void restore(List<KnownLink> known, long nowNs) {
    publisher.table().reserve(Math.min(known.size(), config.maxAddresses()));
    try {
      for (KnownLink each : known) {
        long expiryNs = nowNs + Math.min(each.remainingNs(), config.maxLifeNs());
        if (each.remainingNs() <= 0) {
          continue;
        }
        int scope = scopeOf(each.client());
        owner.of(scope, each.edge().owner());
        if (each.edge() instanceof AliasEdge alias) {
          target.of(scope, alias.target());
          learnAlias(each.client(), expiryNs, nowNs);
        } else if (each.edge() instanceof AddressEdge to) {
          boolean unused =
              learnAddress(each.client(), to.address().hi(), to.address().lo(), expiryNs, nowNs);
        }
        eviction.unpin();
      }
    } finally {
      eviction.unpin();
      publisher.publish(nowNs);
      publishLevels();
    }
  }

  /**
   * Keeps an address usable until then, for this scope, in all domain sets that contain it now: a
   * connection to it lives. What is over already does not come back. Names and their other
   * addresses end as DNS said.
   *
   * @return whether there was anything to keep
   */
  public boolean keep(int scope, IpAddress address, long untilNs, long nowNs) {
    int known = graph.addresses.find(scope, address.hi(), address.lo());
    boolean isKept = known != 0 && kept.keep(known, untilNs, nowNs, matcher, publisher);
    counters.set(CacheCounter.KEPT, kept.size());
    return isKept;
  }

  /**
   * Forgets all that is known. The old table is left as it is, as with {@link #rematch}: whoever
   * decides flows goes on with the new one.
   *
   * @return the new table, which is empty
   */
  public AddressTable clear(long nowNs) {
    kept.clear();
    queues.clear();
    graph.clear();
    publisher.replaceTable(matcher, nowNs);
    publishLevels();
    return publisher.table();
  }

  /** Turns {@link #owner} to that of this link; what is known of it from the link before stays. */
  private void turnToOwner(AnswerLinks answer, int link, int scope) {
    int name = answer.owner(link);
    if (link > 0 && answer.owner(link - 1) == name) {
      return;
    }
    if (link > 0 && answer.isAlias(link - 1) && answer.target(link - 1) == name) {
      owner.of(target);
    } else {
      owner.of(scope, answer, name);
    }
  }

  /** Learns that {@link #owner} is an alias of {@link #target}. */
  private void learnAlias(int client, long expiryNs, long nowNs) {
    int from = graph.name(owner);
    int to = from == 0 ? 0 : graph.name(target);
    int link = from == 0 || to == 0 ? 0 : graph.alias(from, to);
    if (link != 0) {
      if (renew(link, client, expiryNs)) {
        claims.grown(link);
      }
    } else if (eviction.hasRoomForAlias(owner, target, nowNs)) {
      link = graph.addAlias(owner, target, expiryNs, matcher);
      adopt(link, client);
      queues.classify(graph.links.target(link));
      claims.grown(link);
    }
  }

  /** Learns that {@link #owner} has this address. Returns whether it has. */
  private boolean learnAddress(int client, long hi, long lo, long expiryNs, long nowNs) {
    int from = graph.name(owner);
    int to = from == 0 ? 0 : graph.addresses.find(owner.scope(), hi, lo);
    int link = from == 0 || to == 0 ? 0 : graph.addressInAnswer(from, to);
    if (link != 0) {
      if (renew(link, client, expiryNs)) {
        publisher.grown(link);
      }
      return true;
    }
    if (!eviction.hasRoomForAddress(owner, nowNs)) {
      return false;
    }
    link = graph.addAddress(owner, hi, lo, expiryNs, matcher);
    adopt(link, client);
    publisher.grown(link);
    return true;
  }

  /** Takes up a new link; its queue gets it when the answer is complete. */
  private void adopt(int link, int client) {
    counters.increment(CacheCounter.LEARNT);
    queues.charge(link, client);
    queues.classify(graph.links.owner(link));
    eviction.pin(link);
  }

  /** Returns whether the link lasts longer now. */
  private boolean renew(int link, int client, long expiryNs) {
    counters.increment(CacheCounter.RENEWED);
    queues.recharge(link, client);
    eviction.pin(link);
    if (expiryNs - graph.links.expiryNs(link) <= 0) {
      return false;
    }
    graph.links.expiryNs(link, expiryNs);
    return true;
  }

  /**
   * Takes up a new policy: asks the matcher for every known name and builds a new table, which is
   * {@link #table} from then on and the only one that later answers teach.
   *
   * <p>The old table is left as it is. So policy and table can be swapped as one: on the writer
   * thread, {@code table = cache.rematch(policy, now)}, then publish the pair {@code (policy,
   * table)} by one write. A reader of the old pair goes on in the old table with the old ids, one
   * of the new pair finds the new ids only; {@link AddressTable#matcher} tells which a table is
   * for. Whoever decides flows takes the table from the pair, never from {@link #table}.
   *
   * <p><b>Bounds:</b> the matcher is asked for each name; beyond that it costs what the change
   * touches, or O(names + links), a quarter of a second for a full cache of the default size, if
   * more than one name in {@value #FEW} has other sets. No answer is learnt meanwhile. Lookups go
   * on.
   *
   * <p><b>Errors:</b> if the matcher throws, so does this, and the cache is as it was.
   */
  public AddressTable rematch(NameMatcher newMatcher, long nowNs) {
    return rematch(newMatcher, graph.names.live(), nowNs);
  }

  /**
   * As {@link #rematch(NameMatcher, long)}, for a matcher that says of all names but these what the
   * one before says of them.
   *
   * <p><b>Bounds:</b> it costs what the change touches, however much is known; but with {@link
   * CacheConfig#perClient}, where each client may know these names, it asks for all.
   */
  public AddressTable rematch(NameMatcher newMatcher, Collection<DomainName> affected, long nowNs) {
    if (config.perClient()) {
      return rematch(newMatcher, nowNs);
    }
    IntList names = new IntList();
    for (DomainName name : affected) {
      owner.of(ANYONE, name);
      int known = graph.name(owner);
      if (known != 0) {
        names.add(known);
      }
    }
    AddressTable fresh = rematch(newMatcher, names, nowNs);
    assert namesWithOtherSets(newMatcher, graph.names.live(), new ArrayList<>()).isEmpty()
        : "other names are affected";
    return fresh;
  }

  private AddressTable rematch(NameMatcher newMatcher, IntList affected, long nowNs) {
    requireNonNull(newMatcher, "matcher is null");
    List<int[]> sets = new ArrayList<>();
    IntList changed = namesWithOtherSets(newMatcher, affected, sets);
    matcher = newMatcher;
    for (int i = 0; i < changed.size(); i++) {
      graph.names.ownSets(changed.get(i), sets.get(i));
    }
    kept.rematch(newMatcher, publisher);
    if (changed.size() <= graph.names.size() / FEW) {
      claims.ownSetsChanged(changed);
      publisher.succeedTable(newMatcher, nowNs);
    } else {
      claims.allChanged(graph.names.live());
      publisher.replaceTable(newMatcher, nowNs);
    }
    publishLevels();
    return publisher.table();
  }

  /** Those of the names of which the matcher says something else; adds what it says. */
  private IntList namesWithOtherSets(NameMatcher newMatcher, IntList names, List<int[]> sets) {
    IntList changed = new IntList();
    for (int i = 0; i < names.size(); i++) {
      int name = names.get(i);
      int[] now = graph.names.setsFrom(newMatcher, name);
      if (!Arrays.equals(now, graph.names.ownSets(name))) {
        changed.add(name);
        sets.add(now);
      }
    }
    return changed;
  }

  /**
   * Drops links whose time is over. Lookups do not depend on it: they compare times themselves.
   *
   * @param budget the most links to drop in this call
   * @return how many were dropped; less than the budget when nothing is left to drop
   */
  public int expire(long nowNs, int budget) {
    kept.expire(nowNs, publisher);
    int dropped = 0;
    while (dropped < budget && eviction.dropExpired(nowNs)) {
      dropped++;
    }
    publisher.publish(nowNs);
    publishLevels();
    return dropped;
  }

  /** The current table. Any thread. */
  public AddressTable table() {
    return publisher.table();
  }

  /** Any thread. */
  public CacheCounters counters() {
    return counters;
  }

  /** A walk over what is known, which begins now. */
  public KnownLinks known() {
    return new KnownLinks(graph, queues);
  }

  /** A copy of what is known and not over, in no order. */
  public List<KnownLink> known(long nowNs) {
    return known().next(Integer.MAX_VALUE, nowNs);
  }

  private void publishLevels() {
    counters.set(CacheCounter.KEPT, kept.size());
    counters.set(CacheCounter.NAMES, graph.names.size());
    counters.set(CacheCounter.ALIASES, graph.aliasLinks());
    counters.set(CacheCounter.ADDRESSES, graph.addressLinks());
    counters.set(CacheCounter.PUBLISHED, publisher.table().size());
  }

  /** For tests that compare with a model. */
  NameGraph graph() {
    return graph;
  }

  /** For tests that compare with a model. */
  ExpiryQueues queues() {
    return queues;
  }

  /** The octets outside of the heap that what is known takes, or took at its largest. */
  public long octetsOutside() {
    return graph.octetsOutside() + queues.octetsOutside();
  }
}
