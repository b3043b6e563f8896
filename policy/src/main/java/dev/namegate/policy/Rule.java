// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.selector.Selector;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One rule as it was written; every criterion that is there has to hold.
 *
 * @param ipVersion 4, 6 or {@link #ANY}
 * @param protocol number, or {@link #ANY}
 * @param notProtocol number, or {@link #ANY} for none
 */
record Rule(
    Action action,
    int ipVersion,
    int protocol,
    int notProtocol,
    @Nullable Icmp icmp,
    @Nullable Icmp notIcmp,
    Entity source,
    Entity destination,
    Position position) {
  /** No criterion. */
  static final int ANY = -1;

  /** What a rule that matches does. */
  enum Action {
    ALLOW("Allow"),
    DENY("Deny"),
    LOG("Log"),
    PASS("Pass");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * An ICMP or ICMPv6 message.
   *
   * @param code number, or {@link #ANY}
   */
  record Icmp(int type, int code) {}

  /** One side of a flow; every criterion that is there has to hold. */
  record Entity(
      List<Cidr> nets,
      List<Cidr> notNets,
      @Nullable Selector selector,
      @Nullable Selector notSelector,
      @Nullable Selector namespaceSelector,
      @Nullable ServiceAccounts serviceAccounts,
      Ports ports,
      Ports notPorts,
      List<DomainPattern> domains) {
    static final Entity EMPTY =
        new Entity(List.of(), List.of(), null, null, null, null, Ports.NONE, Ports.NONE, List.of());

    // Written out: a record's own are made at run time, and thousands of rules are compared.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Entity that
              && nets.equals(that.nets)
              && notNets.equals(that.notNets)
              && Objects.equals(selector, that.selector)
              && Objects.equals(notSelector, that.notSelector)
              && Objects.equals(namespaceSelector, that.namespaceSelector)
              && Objects.equals(serviceAccounts, that.serviceAccounts)
              && ports.equals(that.ports)
              && notPorts.equals(that.notPorts)
              && domains.equals(that.domains));
    }

    @Override
    public int hashCode() {
      return Objects.hash(
          nets,
          notNets,
          selector,
          notSelector,
          namespaceSelector,
          serviceAccounts,
          ports,
          notPorts,
          domains);
    }

    boolean isEmpty() {
      return nets.isEmpty()
          && notNets.isEmpty()
          && selector == null
          && notSelector == null
          && namespaceSelector == null
          && serviceAccounts == null
          && ports.isEmpty()
          && notPorts.isEmpty()
          && domains.isEmpty();
    }
  }

  /** Service accounts by name, by their labels, or both, which then both have to hold. */
  record ServiceAccounts(List<String> names, @Nullable Selector selector) {}

  /** Ports by number and by the names that endpoints give them. */
  record Ports(List<PortRange> ranges, List<String> names) {
    static final Ports NONE = new Ports(List.of(), List.of());

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Ports that
              && ranges.equals(that.ranges)
              && names.equals(that.names));
    }

    @Override
    public int hashCode() {
      return 31 * ranges.hashCode() + names.hashCode();
    }

    boolean isEmpty() {
      return ranges.isEmpty() && names.isEmpty();
    }
  }

  /** Ports from the first to the last, both included. */
  record PortRange(int first, int last) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof PortRange that && first == that.first && last == that.last;
    }

    @Override
    public int hashCode() {
      return 31 * first + last;
    }
  }
}
