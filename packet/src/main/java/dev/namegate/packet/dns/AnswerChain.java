// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds, among the edges of one answer, those that can be reached from the question's name.
 *
 * <p>The order of the records in the message does not matter. A chain that loops ends where it
 * meets itself; one that is longer than {@value #MAX_DEPTH} aliases ends there.
 */
final class AnswerChain {
  /** How many aliases are followed from the question. */
  static final int MAX_DEPTH = 16;

  private AnswerChain() {}

  /** The edges that are reachable, nearest to the question first. */
  static List<Edge> from(DomainName question, AnswerEdges edges) {
    List<Edge> chain = new ArrayList<>();
    Set<DomainName> reached = new HashSet<>();
    reached.add(question);
    List<DomainName> names = List.of(question);
    for (int depth = 0; depth <= MAX_DEPTH && !names.isEmpty(); depth++) {
      List<DomainName> next = new ArrayList<>();
      for (DomainName name : names) {
        for (Edge edge : edges.ofRecordsOf(name)) {
          if (depth == MAX_DEPTH && leadsOn(name, edge)) {
            continue;
          }
          chain.add(edge);
          if (edge instanceof AliasEdge to && reached.add(to.target())) {
            next.add(to.target());
          }
        }
      }
      names = next;
    }
    return List.copyOf(chain);
  }

  /** Whether the edge is an alias, or about the name that an alias of this name leads to. */
  private static boolean leadsOn(DomainName name, Edge edge) {
    return edge instanceof AliasEdge || !edge.owner().equals(name);
  }
}
