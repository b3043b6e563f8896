// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

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
 * <p><b>Bounds:</b> to begin is a copy of as many references as there are names.
 */
public final class KnownLinks {
  private final NameGraph graph;
  private final List<NameNode> names;
  private final int generation;
  private int next;

  KnownLinks(NameGraph graph) {
    this.graph = graph;
    names = new ArrayList<>(graph.names());
    generation = graph.generation();
  }

  /** Whether another step may find more. */
  public boolean hasNext() {
    return next < names.size() && generation == graph.generation();
  }

  /**
   * The links of the next names.
   *
   * @param mostNames how far to go in this step
   */
  public List<KnownLink> next(int mostNames, long nowNs) {
    List<KnownLink> links = new ArrayList<>();
    for (int i = 0; i < mostNames && hasNext(); i++) {
      NameNode name = names.get(next++);
      addLive(name.aliases, nowNs, links);
      addLive(name.addresses, nowNs, links);
    }
    return links;
  }

  private static <L extends Link> void addLive(
      LinkList<L> links, long nowNs, List<KnownLink> found) {
    for (L link = links.first(); link != null; link = links.next(link)) {
      if (link.expiryNs - nowNs > 0) {
        found.add(new KnownLink(edge(link), clientOf(link), link.expiryNs - nowNs));
      }
    }
  }

  private static int clientOf(Link link) {
    Share share = link.share;
    return share == null ? DnsCache.ANYONE : share.client;
  }

  private static Edge edge(Link link) {
    return link instanceof AliasLink alias
        ? new AliasEdge(alias.owner.name, alias.target.name, 0)
        : new AddressEdge(link.owner.name, ((AddressLink) link).target.address(), 0);
  }
}
