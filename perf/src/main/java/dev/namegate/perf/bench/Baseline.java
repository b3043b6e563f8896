// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/**
 * Nothing between client and network.
 *
 * @param conntrack whether connections are tracked, as on every host that enforces policy
 */
record Baseline(boolean conntrack) implements Variant {
  static final Baseline NONE = new Baseline(false);
  static final Baseline CONNTRACK = new Baseline(true);

  @Override
  public String name() {
    return conntrack ? "conntrack" : "none";
  }

  @Override
  public String description() {
    return conntrack
        ? "no enforcement, but connections are tracked and one rule looks at that"
        : "no enforcement: no rule at all, no connection tracking";
  }

  @Override
  public void start(Bed bed) {
    if (conntrack) {
      for (String chain : new String[] {"FORWARD", "OUTPUT"}) {
        bed.bothTables("-t security -A " + chain + " -m conntrack --ctstate ESTABLISHED -j ACCEPT");
      }
    }
  }
}
