// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.Metadata;
import java.util.regex.Pattern;

/**
 * How objects of one kind are read.
 *
 * @param body reads and checks what stands under {@code spec}
 */
record KindReader(
    String apiVersion,
    String kind,
    boolean namespaced,
    Pattern nameForm,
    String nameAdvice,
    Body body) {
  /** Reads the specification of an object; problems are reported to the object's own. */
  @FunctionalInterface
  interface Body {
    Resource read(Metadata metadata, YamlObject spec);
  }
}
