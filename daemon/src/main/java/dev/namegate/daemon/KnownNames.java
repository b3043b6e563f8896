// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.DnsCache;
import dev.namegate.cache.KnownLink;
import dev.namegate.daemon.explain.LearntNames;
import dev.namegate.daemon.learning.CacheAhead;
import dev.namegate.daemon.learning.CacheCopy;
import dev.namegate.daemon.learning.EstablishedKeeper;
import dev.namegate.daemon.learning.KnownClients;
import dev.namegate.daemon.learning.SavedCache;
import dev.namegate.daemon.pipeline.Clients;
import dev.namegate.daemon.pipeline.DnsPath;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Edge;
import dev.namegate.policy.Endpoint;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the learnt beside learning: it outlives the daemon, lives as long as connections
 * do, and is told to who asks.
 *
 * <p><b>Threading:</b> {@link #restore} before the cache has a writer; the rest by any thread, the
 * work on the cache is done by its writer.
 */
final class KnownNames {
  private final DnsCache cache;
  private final Supplier<Ruleset> rulesets;
  private final NanoClock clock;
  private final SavedCache saved;

  /**
   * @param rulesets the ruleset in force
   * @param file where what is learnt outlives the daemon
   */
  KnownNames(DnsCache cache, Supplier<Ruleset> rulesets, Path file, NanoClock clock) {
    this.cache = cache;
    this.rulesets = rulesets;
    this.clock = clock;
    saved = new SavedCache(file, new RulesetClients(), Clock.systemUTC());
  }

  /** What the clients of the policy in force are called. */
  private final class RulesetClients implements KnownClients {
    @Override
    public @Nullable String name(int client) {
      Clients clients = rulesets.get().clients();
      String name = clients.name(client);
      return name == null && !clients.perClient() ? Clients.NOBODY_NAME : name;
    }

    @Override
    public int named(String name) {
      Clients clients = rulesets.get().clients();
      int client = clients.named(name);
      return client == Clients.NONE && !clients.perClient() ? Clients.NOBODY : client;
    }
  }

  /** Takes up what an earlier daemon knew. */
  void restore(CacheAhead ahead) {
    cache.restore(saved.read(ahead), clock.nowNs());
  }

  /** Saves again and again, and a last time when the result is closed. */
  AutoCloseable startSaving(Duration interval, DnsPath path) {
    Thread saver = saved.start(interval, copy(path));
    return () -> saved.stop(saver);
  }

  /** Keeps addresses usable while connections to them live, until the result is closed. */
  AutoCloseable startKeeping(DnsPath path) {
    EstablishedKeeper keeper =
        new EstablishedKeeper(
            new EstablishedKeeper.Known() {
              @Override
              public List<IpAddress> endingWithin(long ns) {
                long nowNs = clock.nowNs();
                return cache.table().endingBefore(nowNs + ns, nowNs, EstablishedKeeper.MAX_ENDING);
              }

              @Override
              public void keep(Set<EstablishedKeeper.Connection> alive, long ns) {
                CompletableFuture<Void> unused =
                    path.onWriter(() -> KnownNames.this.keep(alive, ns, clock.nowNs()));
              }
            });
    keeper.start();
    return keeper::stop;
  }

  private @Nullable Void keep(Set<EstablishedKeeper.Connection> alive, long ns, long nowNs) {
    Clients clients = rulesets.get().clients();
    for (EstablishedKeeper.Connection each : alive) {
      int scope = clients.scopeAt(each.client().hi(), each.client().lo());
      cache.keep(scope, each.server(), nowNs + ns, nowNs);
    }
    return null;
  }

  /**
   * What is learnt now for each endpoint of these clients' policy.
   *
   * @param more what to take for learnt besides
   * @throws IllegalStateException if the cache's writer does not tell
   */
  Function<Endpoint, LearntNames> namesFor(Clients clients, DnsPath path, List<Edge> more) {
    List<KnownLink> known = known(path);
    return endpoint -> {
      int scope = clients.scopeOfEndpoint(endpoint.id());
      List<Edge> edges = new ArrayList<>(more);
      for (KnownLink link : known) {
        if (cache.scopeOf(link.client()) == scope) {
          edges.add(link.edge());
        }
      }
      return new LearntNames(edges);
    };
  }

  private List<KnownLink> known(DnsPath path) {
    try {
      return copy(path).take();
    } catch (InterruptedException
        | ExecutionException
        | TimeoutException
        | CancellationException fault) {
      throw new IllegalStateException("the daemon does not tell what is learnt", fault);
    }
  }

  private CacheCopy copy(DnsPath path) {
    return new CacheCopy(cache, path::onWriter, clock);
  }
}
