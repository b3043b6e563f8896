// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.Locale;

/** Which of the two kernel facilities {@code iptables} stores rules in. */
public enum Backend {
  /** nf_tables, through {@code iptables-nft-restore}. */
  NFT,
  /** ip_tables, through {@code iptables-legacy-restore}. */
  LEGACY;

  /** The part of the commands' names that selects this backend. */
  String infix() {
    return name().toLowerCase(Locale.ROOT);
  }

  Backend other() {
    return this == NFT ? LEGACY : NFT;
  }
}
