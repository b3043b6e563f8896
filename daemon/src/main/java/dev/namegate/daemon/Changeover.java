// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.AddressTable;
import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.pipeline.Clients;
import dev.namegate.daemon.pipeline.DnsPath;
import dev.namegate.daemon.pipeline.PolicyMatcher;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.nfq.rules.HostEndpointRule;
import dev.namegate.nfq.rules.KernelRules;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.nfq.rules.SourceSets;
import dev.namegate.packet.DomainName;
import dev.namegate.policy.CompiledPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes a running daemon from one policy to the next: no flow is judged by half of each, and none
 * that both allow is dropped on the way.
 *
 * <p><b>Ordering:</b> the addresses of new workloads come first, for a packet from an unknown
 * address goes nowhere. Then the rules stop to lead to us what the next policy has no endpoint for;
 * the policies are exchanged, and what the kernel accepts by itself is forgotten, for the old
 * policy allowed it; and the rules lead to us what is new.
 *
 * <p><b>Threading:</b> one thread at a time. The exchange itself runs on the cache's writer
 * (<i>single-writer</i>), between two replies: what an earlier reply taught is in the new policy's
 * addresses, and what a later one teaches is matched with the new policy
 * (<i>learn-before-release</i>).
 */
final class Changeover {
  private static final long LOOK_MS = 200;

  private final KernelRules kernelRules;
  private final SourceSets sourceSets;
  private final DnsPath dnsPath;
  private final DnsCache cache;
  private final NanoClock clock;
  private final KernelFastPath fastPath;
  private final Supplier<Clients> clients;
  private final Consumer<Ruleset> publish;

  /**
   * @param clients those of the policy in force
   * @param publish puts policy and addresses into force with one write
   */
  Changeover(
      KernelRules kernelRules,
      SourceSets sourceSets,
      DnsPath dnsPath,
      DnsCache cache,
      NanoClock clock,
      KernelFastPath fastPath,
      Supplier<Clients> clients,
      Consumer<Ruleset> publish) {
    this.kernelRules = kernelRules;
    this.sourceSets = sourceSets;
    this.dnsPath = dnsPath;
    this.cache = cache;
    this.clock = clock;
    this.fastPath = fastPath;
    this.clients = clients;
    this.publish = publish;
  }

  /**
   * Changes over.
   *
   * @param rules those in the kernel now
   * @param holdsDenied whether denied packets wait for an answer from now on
   * @param forgets whether all that is learnt is to be forgotten ({@code dnsCacheEpoch})
   * @param stopping ends the wait for a writer that is stuck
   * @param phases is told of the steps, by this thread and by the writer
   * @throws KernelRulesException if the kernel took a step not; those before it are done, and can
   *     be done again
   */
  void run(
      CompiledPolicy policy,
      RulesConfig rules,
      CompiledPolicy nextPolicy,
      RulesConfig nextRules,
      boolean holdsDenied,
      boolean forgets,
      BooleanSupplier stopping,
      Phases phases)
      throws KernelRulesException, InterruptedException, ExecutionException {
    sourceSets.replace(SourceAddresses.of(nextPolicy.endpoints()));
    List<HostEndpointRule> staying = new ArrayList<>(rules.hostEndpoints());
    staying.retainAll(nextRules.hostEndpoints());
    if (staying.size() < rules.hostEndpoints().size()) {
      kernelRules.apply(rules.withHostEndpoints(staying));
    }
    phases.done("sources");
    exchange(policy, nextPolicy, nextRules, holdsDenied, forgets, stopping, phases);
    kernelRules.apply(nextRules);
    phases.done("rules");
  }

  private void exchange(
      CompiledPolicy policy,
      CompiledPolicy next,
      RulesConfig nextRules,
      boolean holdsDenied,
      boolean forgets,
      BooleanSupplier stopping,
      Phases phases)
      throws InterruptedException, ExecutionException {
    boolean same = next.hasSameDomainSets(policy);
    Optional<Set<DomainName>> affected = same ? Optional.empty() : next.namesInOtherSets(policy);
    CompletableFuture<Void> exchanged =
        dnsPath.onWriter(
            () -> {
              if (forgets) {
                cache.clear(clock.nowNs());
              }
              Clients nextClients = clients.get().next(next);
              // Matched by the next policy from here on, so that one has to be published.
              AddressTable addresses = same ? cache.table() : rematch(next, affected);
              Ruleset ruleset =
                  new Ruleset(
                      next, addresses, nextRules.interfacePrefixes(), holdsDenied, nextClients);
              publish.accept(ruleset);
              phases.done("addresses");
              fastPath.renew(ruleset, nextRules, clock.nowNs());
              phases.done("acceptSets");
              return null;
            });
    boolean done = false;
    while (!done && !stopping.getAsBoolean()) {
      done = isDone(exchanged);
    }
  }

  /** Matching all that is known anew takes longer than replies should wait. */
  private AddressTable rematch(CompiledPolicy next, Optional<Set<DomainName>> affected) {
    long nowNs = clock.nowNs();
    PolicyMatcher matcher = new PolicyMatcher(next);
    return affected.isPresent()
        ? cache.rematch(matcher, affected.get(), nowNs)
        : cache.rematch(matcher, nowNs);
  }

  /** Waits a little; a commit that is stuck keeps the writer, and so does much that is known. */
  private static boolean isDone(CompletableFuture<Void> exchanged)
      throws InterruptedException, ExecutionException {
    try {
      exchanged.get(LOOK_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
