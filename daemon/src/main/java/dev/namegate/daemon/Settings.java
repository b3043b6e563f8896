// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Problem;
import dev.namegate.policy.ResourceId;
import dev.namegate.policy.Resources;
import java.util.List;

/**
 * What the resources say, in force: the daemon's configuration, the compiled policy, and what was
 * wrong with the rest.
 *
 * @param problems of every object that was refused, and warnings; the others are in force
 * @param notices what an operator should know, though nothing is wrong
 * @param kept the objects that are in force as an earlier reading found them
 * @param changes since the reading before
 */
public record Settings(
    DaemonConfig config,
    CompiledPolicy policy,
    List<Problem> problems,
    List<String> notices,
    List<ResourceId> kept,
    Resources.Changes changes) {}
