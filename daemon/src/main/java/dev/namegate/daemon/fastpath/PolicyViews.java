// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.nfq.rules.IpFamily;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The world around the fast path: the sets that rules refer to, and whose addresses are whose.
 *
 * <p><b>Threading:</b> used by the writer of the sets only.
 */
public final class PolicyViews {
  private final AcceptSetSink sink;
  private final Emptying emptying;
  private final Function<String, List<IpAddress>> interfaceAddresses;
  private final Predicate<IpAddress> isOfThisHost;

  /** Makes all accept sets that rules refer to anew. */
  public interface Emptying {
    /**
     * Puts an empty set in the place of each.
     *
     * @throws KernelRulesException if not all are
     */
    void empty(RulesConfig rules) throws KernelRulesException;
  }

  /**
   * @param interfaceAddresses the addresses of the interface of a name
   * @param isOfThisHost whether an address that no workload has is one of this host's own
   */
  public PolicyViews(
      AcceptSetSink sink,
      Emptying emptying,
      Function<String, List<IpAddress>> interfaceAddresses,
      Predicate<IpAddress> isOfThisHost) {
    this.sink = sink;
    this.emptying = emptying;
    this.interfaceAddresses = interfaceAddresses;
    this.isOfThisHost = isOfThisHost;
  }

  PolicyView of(Ruleset ruleset, RulesConfig rules) {
    return new PolicyView(
        ruleset,
        rules,
        set -> sink.register(set.name(), set.family() == IpFamily.V6, set.withSource()),
        interfaceAddresses,
        isOfThisHost);
  }

  void empty(RulesConfig rules) throws KernelRulesException {
    emptying.empty(rules);
  }
}
