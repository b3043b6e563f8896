// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/**
 * An object that configures the daemon and not the policy: its specification is handed on unread.
 *
 * @param kind {@code FelixConfiguration} or {@code NamegateConfiguration}
 * @param spec unread; each reader takes a fresh one by {@link YamlObject#reportTo}
 */
public record ConfigObject(String kind, String name, YamlObject spec, Position position) {
  /** Who it is among all objects. */
  public ResourceId id() {
    return new ResourceId(kind, "", name);
  }
}
