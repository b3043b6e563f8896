// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.List;

/**
 * A walk over all that is known, in steps: what is learnt between two steps does not wait for the
 * whole.
 *
 * <p>A link that is known all the while is met, once. One that comes or goes meanwhile may be met
 * or not; what is over, or forgotten, is not.
 *
 * <p><b>Threading:</b> confined to the cache's writer.
 *
 * <p><b>Bounds:</b> to begin costs nothing; a step also passes what stood for names that are gone.
 */
public final class KnownLinks {
  private final NameGraph graph;
  private final ExpiryQueues queues;
  private final int generation;
  private final int end;
  private int next = 1;

  KnownLinks(NameGraph graph, ExpiryQueues queues) {
    this.graph = graph;
    this.queues = queues;
    generation = graph.generation();
    end = graph.names.end();
  }

  /** Whether another step may find more. */
  public boolean hasNext() {
    return next < end && generation == graph.generation();
  }

  /**
   * The links of the next names.
   *
   * @param mostNames how far to go in this step
   */
  public List<KnownLink> next(int mostNames, long nowNs) {
    List<KnownLink> known = new ArrayList<>();
    for (int i = 0; i < mostNames && hasNext(); i++) {
      int name = next++;
      if (graph.names.isLive(name)) {
        DomainName owner = graph.names.name(name);
        addLive(graph.names.aliases, name, owner, nowNs, known);
        addLive(graph.names.addresses, name, owner, nowNs, known);
      }
    }
    return known;
  }

  private void addLive(
      LinkLists lists, int name, DomainName owner, long nowNs, List<KnownLink> found) {
    Links links = graph.links;
    for (int link = lists.first(name); link != 0; link = lists.next(link)) {
      long remainingNs = links.expiryNs(link) - nowNs;
      if (remainingNs > 0) {
        found.add(new KnownLink(edge(owner, link), queues.clientOf(link), remainingNs));
      }
    }
  }

  private Edge edge(DomainName owner, int link) {
    int target = graph.links.target(link);
    if (graph.links.isAlias(link)) {
      return new AliasEdge(owner, graph.names.name(target), 0);
    }
    Addresses of = graph.addresses;
    return new AddressEdge(owner, new IpAddress(of.hi(target), of.lo(target)), 0);
  }
}
