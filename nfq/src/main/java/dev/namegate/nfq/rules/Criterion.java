// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import dev.namegate.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/** One condition of a rule. A rule applies to a packet that meets all of its conditions. */
sealed interface Criterion {
  enum Direction {
    IN,
    OUT
  }

  enum Side {
    SOURCE,
    DESTINATION
  }

  enum ConntrackState {
    ESTABLISHED,
    RELATED,
    INVALID
  }

  enum ConntrackDirection {
    ORIGINAL,
    REPLY
  }

  /** The packet came in, or goes out, by this interface, or by one that begins with this name. */
  record Interface(Direction direction, String name, boolean prefix, boolean negated)
      implements Criterion {
    public Interface {
      InterfaceName.check("interface", name, prefix ? 14 : 15);
    }
  }

  record Address(Side side, Cidr net) implements Criterion {}

  record Protocol(IpProtocol protocol) implements Criterion {}

  record Port(IpProtocol protocol, Side side, int port) implements Criterion {
    public Port {
      if (!protocol.hasPorts()) {
        throw new IllegalArgumentException(protocol + " has no ports");
      }
      RulesConfig.checkRange("port", port, 0, 65_535);
    }
  }

  /** A UDP packet between these ports. */
  record UdpPorts(int source, int destination) implements Criterion {
    public UdpPorts {
      RulesConfig.checkRange("source port", source, 0, 65_535);
      RulesConfig.checkRange("destination port", destination, 0, 65_535);
    }
  }

  /** A TCP segment from this port that does not ask for a connection. */
  record TcpAnswerFrom(int port) implements Criterion {
    public TcpAnswerFrom {
      RulesConfig.checkRange("port", port, 0, 65_535);
    }
  }

  record Icmpv6Type(int type) implements Criterion {
    public Icmpv6Type {
      RulesConfig.checkRange("ICMPv6 type", type, 0, 255);
    }
  }

  record State(ConntrackState state) implements Criterion {}

  /**
   * The packet belongs to a tracked flow that was opened to this port, and to this address if one
   * is given, and travels in this direction.
   *
   * <p>What the flow was opened to is the destination before any DNAT.
   *
   * @param established whether conntrack must have seen both directions (a reply always has)
   */
  record TrackedFlow(
      boolean established, ConntrackDirection direction, @Nullable IpAddress openedTo, int port)
      implements Criterion {
    public TrackedFlow {
      RulesConfig.checkRange("port", port, 1, 65_535);
    }
  }

  /** The pair of source address and incoming interface is not in this set. */
  record NotInSourceSet(String set) implements Criterion {}

  /**
   * The packet's addresses and port are in this set.
   *
   * @param directions which of the packet's go with which of an entry's, as {@code dst,dst,src}
   */
  record InAcceptSet(String set, String directions) implements Criterion {}
}
