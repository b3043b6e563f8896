// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;

/** A rule as a value: conditions and what to do when all are met. The comment is the renderer's. */
record Rule(List<Criterion> criteria, Target target) {
  Rule {
    criteria = List.copyOf(criteria);
  }

  static Rule of(Target target, Criterion... criteria) {
    return new Rule(List.of(criteria), target);
  }
}
