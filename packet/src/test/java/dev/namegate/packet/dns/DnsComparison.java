// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.ParseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.Name;

/**
 * Asks {@link DnsMessage} and {@link DnsjavaOracle} about the same octets, and {@link DnsMessage}
 * once more without its own decoder of common messages.
 */
final class DnsComparison {
  private final DnsMessage withHints = new DnsMessage(true);
  private final DnsMessage withoutHints = new DnsMessage(false);
  private final DnsMessage slowWithHints = DnsMessage.byDnsjava(true);
  private final DnsMessage slowWithoutHints = DnsMessage.byDnsjava(false);

  /**
   * What both say.
   *
   * @throws AssertionError if they differ
   */
  DnsjavaOracle.Result compare(byte[] octets, boolean reply, boolean hints) {
    DnsMessage message = hints ? withHints : withoutHints;
    int status = decode(message, octets, reply);
    DnsMessage slow = hints ? slowWithHints : slowWithoutHints;
    assertEquals(decode(slow, octets, reply), status, () -> describe(octets, reply, hints));
    assertEquals(slow.chain(), message.chain(), () -> describe(octets, reply, hints));
    DnsjavaOracle.Result ours =
        new DnsjavaOracle.Result(
            ParseStatus.name(status),
            message.rcode(),
            status == ParseStatus.OK ? text(message.question()) : "",
            edges(message));

    DnsjavaOracle.Result theirs = DnsjavaOracle.judge(octets, reply, hints);

    assertEquals(theirs, ours, () -> describe(octets, reply, hints));
    return ours;
  }

  private static String describe(byte[] octets, boolean reply, boolean hints) {
    return "reply=" + reply + " hints=" + hints + " " + HexFormat.of().formatHex(octets);
  }

  private static int decode(DnsMessage message, byte[] octets, boolean reply) {
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    return reply
        ? message.decodeReply(buffer, 0, octets.length)
        : message.decodeQuery(buffer, 0, octets.length);
  }

  private static Set<String> edges(DnsMessage message) {
    Set<String> edges = new TreeSet<>();
    for (Edge edge : message.chain()) {
      String leadsTo =
          edge instanceof AliasEdge alias
              ? " -> " + text(alias.target())
              : " = " + DnsjavaOracle.text(((AddressEdge) edge).address().bytes());
      edges.add(text(edge.owner()) + leadsTo + " " + edge.ttlSeconds());
    }
    return edges;
  }

  private static String text(Question question) {
    return text(question.name()) + " " + question.dnsClass() + " " + question.type();
  }

  private static String text(DomainName name) {
    try {
      return DnsjavaOracle.text(new Name(name.toWire()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
