// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnswerLinksTest {
  private static final DomainName ASKED = DomainName.parse("www.example.org");
  private static final DomainName TARGET = DomainName.parse("edge.example.net");
  private static final IpAddress V4 = IpAddress.parse("203.0.113.7");
  private static final IpAddress V6 = IpAddress.parse("2001:db8::7");

  private static final List<Edge> EDGES =
      List.of(
          new AliasEdge(ASKED, TARGET, 60),
          new AddressEdge(TARGET, V4, Edge.MAX_TTL_SECONDS),
          new AddressEdge(TARGET, V6, 0),
          new AliasEdge(TARGET, ASKED, 5));

  @Test
  void linksAreTheEdgesInTheirOrder() {
    AnswerLinks links = AnswerLinks.of(EDGES);

    assertEquals(4, links.size());
    assertEquals(EDGES, links.toEdges());
    assertTrue(links.isAlias(0));
    assertFalse(links.isAlias(2));
    assertEquals(V6.hi(), links.addressHi(2));
    assertEquals(V4.lo(), links.addressLo(1));
    assertEquals(Edge.MAX_TTL_SECONDS, links.ttlSeconds(1));
  }

  @Test
  void eachNameHasOneNumberAndTheQuestionsIsTheFirst() {
    AnswerLinks links = AnswerLinks.of(EDGES);

    assertEquals(2, links.names());
    assertEquals(0, links.owner(0));
    assertEquals(1, links.target(0));
    assertEquals(1, links.owner(1));
    assertEquals(0, links.target(3));
    assertEquals(ASKED, links.name(0));
    assertEquals(TARGET, links.name(1));
    assertEquals(
        TARGET,
        DomainName.ofWire(
            Arrays.copyOfRange(links.octets(), links.nameStart(1), links.nameEnd(1))));
  }

  @Test
  void copyStaysWhenTheOriginalIsFilledAgain() {
    AnswerLinks links = AnswerLinks.of(EDGES);
    AnswerLinks copy = AnswerLinks.of(EDGES.subList(1, 2));

    copy.copy(links);
    links.fill(EDGES.subList(0, 1));

    assertEquals(EDGES, copy.toEdges());
    assertEquals(EDGES.subList(0, 1), links.toEdges());
  }

  @Test
  void smallAnswerAfterTheLargestIsRight() {
    AnswerLinks links = new AnswerLinks();
    List<Edge> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(
          i % 2 == 0
              ? new AddressEdge(DomainName.parse("a" + i), IpAddress.ofIpv4(i), i)
              : new AliasEdge(ASKED, DomainName.parse("b" + i), i));
    }

    links.fill(many);
    assertEquals(many, links.toEdges());
    links.fill(EDGES);
    assertEquals(EDGES, links.toEdges());
    links.fill(List.of());
    assertTrue(links.isEmpty());
    assertEquals(0, links.names());
  }
}
