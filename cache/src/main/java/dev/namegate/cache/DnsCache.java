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
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * #table}, {@link AddressTable#lookup} and {@link #counters}, which any thread may. Another thread
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

  private final CacheConfig config;
  private final NameGraph graph = new NameGraph();
  private final ExpiryQueues queues = new ExpiryQueues();
  private final CacheCounters counters = new CacheCounters();
  private final TablePublisher publisher;
  private final ClaimSpreader claims;
  private final Eviction eviction;
  private final KeptAddresses kept;
  private NameMatcher matcher;

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
    publisher = new TablePublisher(new AddressTable(matcher, 0), retractions);
    claims = new ClaimSpreader(queues, publisher, counters);
    eviction = new Eviction(config, graph, queues, claims, publisher, counters);
    kept = new KeptAddresses(graph, publisher);
  }

  /** Whom what this client is told counts for. */
  public int scopeOf(int client) {
    return config.perClient() ? client : ANYONE;
  }

  /** Learns the edges of an answer that went to {@link #ANYONE}. */
  public int learn(List<Edge> chain, long nowNs) {
    return learn(chain, ANYONE, nowNs);
  }

  /**
   * Learns the edges of one answer. An edge that is known lasts as long as the later of the two
   * says. The edges stand in any order.
   *
   * <p><b>Errors:</b> if the matcher throws, so does this; the edges before the one it was asked
   * for are learnt and published.
   *
   * @param client who asked, 0 or more
   * @return how many addresses it taught or renewed
   */
  public int learn(List<Edge> chain, int client, long nowNs) {
    int taught = 0;
    try {
      for (Edge edge : chain) {
        long expiryNs = config.expiryNs(edge.ttlSeconds(), nowNs);
        if (edge instanceof AliasEdge alias) {
          learnAlias(client, alias.owner(), alias.target(), expiryNs, nowNs);
        } else if (edge instanceof AddressEdge address
            && learnAddress(client, address.owner(), address.address(), expiryNs, nowNs)) {
          taught++;
        }
      }
    } finally {
      endOfAnswer(nowNs);
    }
    return taught;
  }

  /**
   * As {@link #learn(List, int, long)}, for an answer in numbers.
   *
   * <p><b>Bounds:</b> allocates what the cache keeps of it, so nothing for an answer that renews
   * what is known; but for arrays that grow.
   */
  @HotPath
  public int learn(AnswerLinks links, int client, long nowNs) {
    int taught = 0;
    try {
      for (int link = 0; link < links.size(); link++) {
        long expiryNs = config.expiryNs(links.ttlSeconds(link), nowNs);
        if (links.isAlias(link)) {
          learnAlias(client, links, link, expiryNs, nowNs);
        } else if (learnAddress(client, links, link, expiryNs, nowNs)) {
          taught++;
        }
      }
    } finally {
      endOfAnswer(nowNs);
    }
    return taught;
  }

  /** Publishes what was learnt, and lets go of what an answer held. */
  private void endOfAnswer(long nowNs) {
    eviction.unpin();
    publisher.publish(nowNs);
    publishLevels();
  }

  /**
   * Takes up links that an earlier process knew; no floor, no cap and no extra time counts again.
   *
   * @param known those that are over are left out
   */
  public void restore(List<KnownLink> known, long nowNs) {
    try {
      for (KnownLink each : known) {
        long expiryNs = nowNs + Math.min(each.remainingNs(), config.maxLifeNs());
        if (each.remainingNs() <= 0) {
          continue;
        }
        if (each.edge() instanceof AliasEdge alias) {
          learnAlias(each.client(), alias.owner(), alias.target(), expiryNs, nowNs);
        } else if (each.edge() instanceof AddressEdge address) {
          learnAddress(each.client(), address.owner(), address.address(), expiryNs, nowNs);
        }
        eviction.unpin();
      }
    } finally {
      endOfAnswer(nowNs);
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
    AddressNode node = graph.node(scope, address.hi(), address.lo());
    boolean isKept = node != null && kept.keep(node, untilNs, nowNs, matcher);
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
    publisher.replaceTable(matcher, List.of(), nowNs);
    publishLevels();
    return publisher.table();
  }

  private void learnAlias(
      int client, DomainName owner, DomainName target, long expiryNs, long nowNs) {
    int scope = scopeOf(client);
    AliasLink known = graph.alias(graph.name(scope, owner), graph.name(scope, target));
    if (known == null) {
      addAlias(client, owner, target, expiryNs, nowNs);
    } else {
      renewAlias(known, client, expiryNs);
    }
  }

  private void learnAlias(int client, AnswerLinks links, int link, long expiryNs, long nowNs) {
    int scope = scopeOf(client);
    NameNode owner = graph.name(scope, links, links.owner(link));
    NameNode target = graph.name(scope, links, links.target(link));
    AliasLink known = graph.alias(owner, target);
    if (known == null) {
      DomainName from = nameOf(owner, links, links.owner(link));
      addAlias(client, from, nameOf(target, links, links.target(link)), expiryNs, nowNs);
    } else {
      renewAlias(known, client, expiryNs);
    }
  }

  private void renewAlias(AliasLink known, int client, long expiryNs) {
    if (renew(known, client, expiryNs)) {
      claims.grown(known);
    }
  }

  private void addAlias(
      int client, DomainName owner, DomainName target, long expiryNs, long nowNs) {
    int scope = scopeOf(client);
    if (eviction.hasRoomForAlias(scope, owner, target, nowNs)) {
      AliasLink link = graph.addAlias(scope, owner, target, expiryNs, matcher);
      adopt(link, client);
      queues.classify(link.target);
      claims.grown(link);
    }
  }

  private boolean learnAddress(
      int client, DomainName owner, IpAddress address, long expiryNs, long nowNs) {
    int scope = scopeOf(client);
    long hi = address.hi();
    long lo = address.lo();
    AddressLink known = graph.address(graph.name(scope, owner), graph.node(scope, hi, lo));
    return known == null
        ? addAddress(client, owner, hi, lo, expiryNs, nowNs)
        : renewAddress(known, client, expiryNs);
  }

  private boolean learnAddress(int client, AnswerLinks links, int link, long expiryNs, long nowNs) {
    int scope = scopeOf(client);
    long hi = links.addressHi(link);
    long lo = links.addressLo(link);
    NameNode owner = graph.name(scope, links, links.owner(link));
    AddressLink known = graph.address(owner, graph.node(scope, hi, lo));
    return known == null
        ? addAddress(client, nameOf(owner, links, links.owner(link)), hi, lo, expiryNs, nowNs)
        : renewAddress(known, client, expiryNs);
  }

  private boolean renewAddress(AddressLink known, int client, long expiryNs) {
    if (renew(known, client, expiryNs)) {
      publisher.grown(known);
    }
    return true;
  }

  private boolean addAddress(
      int client, DomainName owner, long hi, long lo, long expiryNs, long nowNs) {
    int scope = scopeOf(client);
    if (!eviction.hasRoomForAddress(scope, owner, nowNs)) {
      return false;
    }
    AddressLink link = graph.addAddress(scope, owner, hi, lo, expiryNs, matcher);
    adopt(link, client);
    publisher.grown(link);
    return true;
  }

  private static DomainName nameOf(@Nullable NameNode known, AnswerLinks links, int name) {
    return known == null ? links.name(name) : known.name;
  }

  /** Takes up a new link; its queue gets it when the answer is complete. */
  private void adopt(Link link, int client) {
    counters.increment(CacheCounter.LEARNT);
    queues.charge(link, client);
    queues.classify(link.owner);
    eviction.pin(link);
  }

  /** Returns whether the link lasts longer now. */
  private boolean renew(Link link, int client, long expiryNs) {
    counters.increment(CacheCounter.RENEWED);
    queues.recharge(link, client);
    eviction.pin(link);
    if (expiryNs - link.expiryNs <= 0) {
      return false;
    }
    link.expiryNs = expiryNs;
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
   * <p><b>Bounds:</b> O(names + links): a quarter of a second for a full cache of the default size,
   * during which no answer is learnt. Lookups go on.
   *
   * <p><b>Errors:</b> if the matcher throws, so does this, and the cache is as it was.
   */
  public AddressTable rematch(NameMatcher newMatcher, long nowNs) {
    requireNonNull(newMatcher, "matcher is null");
    List<NameNode> names = new ArrayList<>(graph.names());
    List<int[]> sets = new ArrayList<>(names.size());
    for (NameNode name : names) {
      sets.add(NameNode.setsOf(name.name, newMatcher));
    }
    matcher = newMatcher;
    for (int i = 0; i < names.size(); i++) {
      names.get(i).ownSets = sets.get(i);
      names.get(i).inherited.clear();
    }
    for (NameNode name : names) {
      claims.await(name);
    }
    claims.spread();
    kept.rematch(newMatcher);
    publisher.replaceTable(newMatcher, graph.addresses(), nowNs);
    publishLevels();
    return publisher.table();
  }

  /**
   * Drops links whose time is over. Lookups do not depend on it: they compare times themselves.
   *
   * @param budget the most links to drop in this call
   * @return how many were dropped; less than the budget when nothing is left to drop
   */
  public int expire(long nowNs, int budget) {
    kept.expire(nowNs);
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
    return new KnownLinks(graph);
  }

  /** A copy of what is known and not over, in no order. */
  public List<KnownLink> known(long nowNs) {
    return known().next(Integer.MAX_VALUE, nowNs);
  }

  private void publishLevels() {
    counters.set(CacheCounter.KEPT, kept.size());
    counters.set(CacheCounter.NAMES, graph.names().size());
    counters.set(CacheCounter.ALIASES, graph.aliasLinks());
    counters.set(CacheCounter.ADDRESSES, graph.addressLinks());
    counters.set(CacheCounter.PUBLISHED, publisher.table().size());
  }

  /** For tests that compare with a model. */
  NameGraph graph() {
    return graph;
  }
}
