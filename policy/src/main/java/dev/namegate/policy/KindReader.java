// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How objects of one kind are read.
 *
 * @param shownAs the kind in ids and messages
 * @param passedOver what may stand beside {@code spec} and means nothing here
 * @param body reads and checks what stands under {@code spec}; the object that it returns may have
 *     an id of its own
 */
record KindReader(
    String apiVersion,
    String kind,
    String shownAs,
    boolean namespaced,
    Pattern nameForm,
    String nameAdvice,
    List<String> passedOver,
    Body body) {
  /** Reads the specification of an object; problems are reported to the object's own. */
  @FunctionalInterface
  interface Body {
    Resource read(Metadata metadata, YamlObject spec);
  }
}
