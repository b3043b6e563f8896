// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import dev.namegate.daemon.explain.FlowQuestion;
import dev.namegate.daemon.explain.Protocols;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which flow {@code namegate explain} is asked about. */
final class FlowOptions {
  /** The time to live of what {@code --learnt} says: it is as if it were learnt just now. */
  private static final long TTL_SECONDS = 1;

  /** An ephemeral port, as a client's would be. */
  private static final int SOURCE_PORT = 40_000;

  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST6 = 128;

  @Option(
      names = "--endpoint",
      paramLabel = "NAME",
      description = "an endpoint's name, namespace/name or interface; without it the host itself")
  private @Nullable String endpoint;

  @Option(
      names = "--protocol",
      paramLabel = "P",
      defaultValue = "TCP",
      description = "TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or a number (default: ${DEFAULT-VALUE})")
  private String protocol = "TCP";

  @Option(
      names = "--destination",
      paramLabel = "ADDRESS|NAME",
      required = true,
      description = "where the flow goes; a name stands for every address that it leads to")
  private String destination = "";

  @Option(names = "--port", paramLabel = "N", description = "the destination port")
  private @Nullable Integer port;

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      description = "where it comes from (default: the endpoint's first address of the family)")
  private @Nullable String source;

  @Option(names = "--source-port", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
  private int sourcePort = SOURCE_PORT;

  @Option(
      names = "--icmp-type",
      paramLabel = "N",
      description = "of an ICMP message (default: echo request)")
  private @Nullable Integer icmpType;

  @Option(names = "--icmp-code", paramLabel = "N", description = "of an ICMP message")
  private @Nullable Integer icmpCode;

  @Option(
      names = "--forward",
      description = "the host forwards the flow out of a host endpoint, and does not open it")
  private boolean forward;

  @Option(
      names = "--learnt",
      paramLabel = "NAME=ADDRESS",
      description = "DNS said this, too, repeatable; an alias is NAME=NAME")
  private List<String> learnt = List.of();

  /**
   * The question.
   *
   * @throws IllegalArgumentException with what is wrong, and what would be right
   */
  FlowQuestion question() {
    int number = Protocols.parse(protocol);
    Integer destinationPort = port;
    if (Protocols.hasPorts(number) && destinationPort == null) {
      throw new IllegalArgumentException(protocol + " has ports: add --port");
    }
    if (destinationPort != null) {
      checkRange("--port", destinationPort, 65_535);
      if (!Protocols.hasPorts(number)) {
        throw new IllegalArgumentException(protocol + " has no ports: leave --port out");
      }
    }
    checkRange("--source-port", sourcePort, 65_535);
    return new FlowQuestion(
        endpoint,
        number,
        destination,
        destinationPort == null ? 0 : destinationPort,
        source == null ? null : IpAddress.parse(source),
        Protocols.hasPorts(number) ? sourcePort : 0,
        icmp("--icmp-type", icmpType == null ? echoRequest(number) : icmpType),
        icmp("--icmp-code", icmpCode),
        forward);
  }

  /** What a ping sends; null if it is no ICMP. */
  private static @Nullable Integer echoRequest(int protocol) {
    return protocol == IpPacket.ICMP
        ? Integer.valueOf(ECHO_REQUEST)
        : protocol == IpPacket.ICMPV6 ? Integer.valueOf(ECHO_REQUEST6) : null;
  }

  private static OptionalInt icmp(String option, @Nullable Integer value) {
    if (value == null) {
      return OptionalInt.empty();
    }
    checkRange(option, value, 255);
    return OptionalInt.of(value);
  }

  private static void checkRange(String option, int value, int max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(option + " " + value + ": write 0 to " + max);
    }
  }

  /**
   * What {@code --learnt} says.
   *
   * @throws IllegalArgumentException with what is wrong, and what would be right
   */
  List<Edge> learnt() {
    List<Edge> edges = new ArrayList<>();
    for (String text : learnt) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "--learnt " + text + ": write NAME=ADDRESS, such as api.example.com=192.0.2.7");
      }
      DomainName owner = DomainName.parse(text.substring(0, equals));
      edges.add(edge(owner, text.substring(equals + 1)));
    }
    return edges;
  }

  private static Edge edge(DomainName owner, String value) {
    try {
      return new AddressEdge(owner, IpAddress.parse(value), TTL_SECONDS);
    } catch (IllegalArgumentException notAnAddress) {
      return new AliasEdge(owner, DomainName.parse(value), TTL_SECONDS);
    }
  }
}
