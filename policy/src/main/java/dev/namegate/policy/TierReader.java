// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.Tier;
import java.util.List;
import java.util.Map;

/** Reads Tier, and knows the tiers that are built in. */
final class TierReader {
  /** What clients store for a tier that is written without an order. */
  static final double DEFAULT_ORDER = 1_000_000;

  static final List<Tier> BUILT_IN =
      List.of(
          builtIn("kube-admin", 1000, true),
          builtIn(PolicyReader.DEFAULT_TIER, DEFAULT_ORDER, false),
          builtIn("kube-baseline", 10_000_000, true));

  private TierReader() {}

  static Tier read(Metadata metadata, YamlObject spec) {
    Tier tier =
        new Tier(
            metadata,
            spec.number("order", DEFAULT_ORDER),
            spec.choice("defaultAction", false, Map.of("Deny", false, "Pass", true)));
    for (Tier builtIn : BUILT_IN) {
      if (builtIn.metadata().name().equals(metadata.name())) {
        checkBuiltIn(spec, tier, builtIn);
      }
    }
    return tier;
  }

  private static void checkBuiltIn(YamlObject spec, Tier tier, Tier builtIn) {
    if (tier.order() != builtIn.order() || tier.passesByDefault() != builtIn.passesByDefault()) {
      spec.problemHere(
          "the built-in tier " + builtIn.metadata().name() + " cannot be changed",
          "write \"order: "
              + (long) builtIn.order()
              + "\" and \"defaultAction: "
              + (builtIn.passesByDefault() ? "Pass" : "Deny")
              + "\", or remove the object");
    }
  }

  /** The tier that policies name and nobody defined: it comes after all others. */
  static Tier undefined(String name) {
    return builtIn(name, Double.POSITIVE_INFINITY, false);
  }

  private static Tier builtIn(String name, double order, boolean passesByDefault) {
    return new Tier(
        new Metadata(new ResourceId("Tier", "", name), Map.of(), Position.BUILT_IN),
        order,
        passesByDefault);
  }
}
