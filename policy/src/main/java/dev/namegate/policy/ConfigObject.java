// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

/** A document of settings, for the daemon to read. Its reader calls {@link YamlObject#finish}. */
public record ConfigObject(String kind, String name, YamlObject spec) {}
