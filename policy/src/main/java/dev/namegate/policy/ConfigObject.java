// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An object that configures the daemon and not the policy: its specification is handed on unread.
 *
 * @param kind {@code FelixConfiguration} or {@code NamegateConfiguration}
 * @param spec unread; each reader takes a fresh one by {@link YamlObject#reportTo}
 * @param created when; null if the object does not say it
 */
public record ConfigObject(
    String kind, String name, YamlObject spec, Position position, @Nullable Instant created) {
  /** Who it is among all objects. */
  public ResourceId id() {
    return new ResourceId(kind, "", name);
  }
}
