// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import com.google.common.net.InternetDomainName;
import java.util.List;

/**
 * Knows the suffixes below which anybody can register names.
 *
 * <p><b>Bounds:</b> the first question loads the list, which takes some 60 ms.
 */
final class PublicSuffix {
  private PublicSuffix() {}

  /** Whether these labels, from left to right, are such a suffix. */
  static boolean is(List<String> labels) {
    String name = String.join(".", labels);
    return InternetDomainName.isValid(name) && InternetDomainName.from(name).isPublicSuffix();
  }
}
