// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/**
 * What a sweep found.
 *
 * @param removed what was ours and is gone, one description an object
 * @param leftInPlace what is ours but somebody else's rule needs it: emptied, not deleted
 */
public record SweepReport(List<String> removed, List<String> leftInPlace) {
  public SweepReport {
    removed = List.copyOf(removed);
    leftInPlace = List.copyOf(leftInPlace);
  }
}
