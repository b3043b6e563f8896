// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that make network namespaces. Without root they are skipped, loudly; {@code .ci/run}
 * does not accept that.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNetns.Root.class)
public @interface NeedsNetns {
  /** Looks who we are. */
  final class Root implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      try {
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
          return ConditionEvaluationResult.enabled("root");
        }
      } catch (IOException | UnsupportedOperationException e) {
        // Then we are not on Linux, or /proc is missing: skipped below.
      }
      String reason =
          context.getDisplayName() + " SKIPPED: it makes network namespaces, run as root";
      System.err.println("*** " + reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
