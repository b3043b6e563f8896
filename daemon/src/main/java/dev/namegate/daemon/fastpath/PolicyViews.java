// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.fastpath;

import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.nfq.rules.IpFamily;
import dev.namegate.nfq.rules.KernelRulesException;
import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.IpAddress;
import java.util.List;
import java.util.function.Function;

/**
 * The world around the fast path: the sets that rules refer to, and whose addresses are whose.
 *
 * <p><b>Threading:</b> used by the writer of the sets only.
 */
public final class PolicyViews {
  private final AcceptSetSink sink;
  private final Emptying emptying;
  private final Function<String, List<IpAddress>> interfaceAddresses;

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
   */
  public PolicyViews(
      AcceptSetSink sink, Emptying emptying, Function<String, List<IpAddress>> interfaceAddresses) {
    this.sink = sink;
    this.emptying = emptying;
    this.interfaceAddresses = interfaceAddresses;
  }

  PolicyView of(Ruleset ruleset, RulesConfig rules) {
    return new PolicyView(
        ruleset,
        rules,
        set -> sink.register(set.name(), set.family() == IpFamily.V6, set.withSource()),
        interfaceAddresses);
  }

  void empty(RulesConfig rules) throws KernelRulesException {
    emptying.empty(rules);
  }
}
