// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.BufferShapes;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.ParseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

final class DnsMessagePropertyTest {
  private static final int ROUNDS = 200;
  private static final int NAMES = 8;

  private final DnsMessage message = new DnsMessage();

  private int decode(byte[] octets) {
    return message.decodeReply(ByteBuffer.wrap(octets), 0, octets.length);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void decodesWhatWasEncoded(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      List<Edge> edges = edges(random);
      int id = random.nextInt(65_536);
      DnsMessages reply = DnsMessages.reply(id, name(0).toString(), DnsTypes.ANY);
      edges.forEach(reply::edge);
      if (random.nextBoolean()) {
        reply.uncompressed();
      }

      assertEquals(ParseStatus.OK, decode(reply.bytes()));

      assertEquals(id, message.id());
      assertEquals(name(0), message.question().name());
      assertEquals(reachable(edges), new HashSet<>(message.chain()));
      assertEquals(
          edges.stream().filter(reachable(edges)::contains).count(), message.chain().size());
    }
  }

  /** The naive way: take every edge of a reached name until nothing new turns up. */
  private static Set<Edge> reachable(List<Edge> edges) {
    Set<DomainName> names = new HashSet<>(Set.of(name(0)));
    Set<Edge> reached = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (Edge edge : edges) {
        if (names.contains(edge.owner()) && reached.add(edge)) {
          more = true;
          if (edge instanceof AliasEdge alias) {
            names.add(alias.target());
          }
        }
      }
    }
    return reached;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void agreesWithDnsjavaOnWhatDnsjavaWrites(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      List<Edge> edges = edges(random);
      Message theirs = new Message(random.nextInt(65_536));
      theirs.getHeader().setFlag(Flags.QR);
      theirs.addRecord(Record.newRecord(theirName(name(0)), DnsTypes.A, 1), Section.QUESTION);
      for (Edge edge : edges) {
        theirs.addRecord(theirRecord(edge), Section.ANSWER);
      }

      assertEquals(ParseStatus.OK, decode(theirs.toWire()));

      assertEquals(theirs.getHeader().getID(), message.id());
      assertEquals(reachable(edges), new HashSet<>(message.chain()));
    }
  }

  private static Record theirRecord(Edge edge) throws IOException {
    Name owner = theirName(edge.owner());
    if (edge instanceof AliasEdge alias) {
      return new CNAMERecord(owner, 1, edge.ttlSeconds(), theirName(alias.target()));
    }
    byte[] address = ((AddressEdge) edge).address().bytes();
    return address.length == 4
        ? new ARecord(owner, 1, edge.ttlSeconds(), address)
        : new AAAARecord(owner, 1, edge.ttlSeconds(), address);
  }

  private static Name theirName(DomainName name) throws IOException {
    return new Name(name.toWire());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void decodesAnyBytesAlikeInEveryBuffer(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] octets = new byte[random.nextInt(200)];
      random.nextBytes(octets);
      if (octets.length > 12 && random.nextInt(8) > 0) {
        byte[] header = {0, 7, (byte) 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0};
        System.arraycopy(header, 0, octets, 0, header.length);
      }
      assertDecodesAlike(octets);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.namegate.packet.Seeds#seeds")
  void decodesMutatedMessagesAlikeInEveryBuffer(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      DnsMessages reply = DnsMessages.reply(7, name(0).toString(), DnsTypes.A);
      edges(random).forEach(reply::edge);
      byte[] octets = reply.opt(1_232, 0).bytes();
      octets = Arrays.copyOf(octets, octets.length - random.nextInt(4));
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(12, octets.length);
        octets[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xc0);
      }
      assertDecodesAlike(octets);
    }
  }

  /** Also that what was learnt is there to learn: no edge from nowhere. */
  private void assertDecodesAlike(byte[] octets) {
    String expected = null;
    for (BufferShapes.Shape shape : BufferShapes.of(octets)) {
      int position = shape.buffer().position();
      int status = message.decodeReply(shape.buffer(), shape.offset(), octets.length);

      String seen = ParseStatus.name(status) + " " + message.rcode() + " " + message.chain();
      seen += status == ParseStatus.OK ? message.question() : "";
      expected = expected == null ? seen : expected;
      assertEquals(expected, seen, shape.name());
      assertEquals(position, shape.buffer().position(), shape.name());
      assertTrue(status == ParseStatus.OK || message.chain().isEmpty(), seen);
    }
  }

  private static List<Edge> edges(SplittableRandom random) {
    List<Edge> edges = new ArrayList<>();
    for (int count = random.nextInt(12); count > 0; count--) {
      DomainName owner = name(random.nextInt(NAMES));
      long ttlSeconds = random.nextLong(Edge.MAX_TTL_SECONDS + 1);
      edges.add(
          switch (random.nextInt(3)) {
            case 0 -> new AddressEdge(owner, IpAddress.ofIpv4(random.nextInt()), ttlSeconds);
            case 1 ->
                new AddressEdge(owner, new IpAddress(0x2001L << 48, random.nextLong()), ttlSeconds);
            default -> new AliasEdge(owner, name(random.nextInt(NAMES)), ttlSeconds);
          });
    }
    return edges;
  }

  private static DomainName name(int number) {
    return DomainName.parse(
        switch (number) {
          case 0 -> "www.example.org";
          case 1 -> "example.org";
          case 2 -> "a\\.b.example.org";
          case 3 -> "x".repeat(63) + ".example.org";
          case 4 -> ".";
          case 5 -> "\\000\\255.net";
          default -> "n" + number + ".cdn.example.net";
        });
  }
}
