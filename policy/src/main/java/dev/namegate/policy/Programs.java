// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The programs of all endpoints of one kind that have the same policies and profiles.
 *
 * <p><b>Threading:</b> confined to one thread; the programs themselves are for any.
 */
final class Programs {
  private final Key key;
  private @Nullable Set set;
  private long builtAt = -1;
  private long usedAt = -1;

  /**
   * What endpoints have in common.
   *
   * @param host whether they are host endpoints, which can forward
   * @param policies that are for them, in no meaningful order
   */
  record Key(boolean host, List<PolicyEntry> policies, List<String> profiles) {
    // Written out: a record's own are made at run time, and a start would wait for that.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && host == that.host
          && policies.equals(that.policies)
          && profiles.equals(that.profiles);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * Boolean.hashCode(host) + policies.hashCode()) + profiles.hashCode();
    }

    private List<PolicyEntry> forward() {
      return policies.stream().filter(entry -> entry.policy().applyOnForward()).toList();
    }

    private boolean isStaged() {
      return policies.stream().anyMatch(entry -> entry.isEnforced() != entry.isPending());
    }
  }

  /**
   * One version of the programs.
   *
   * @param forward of a workload, the same as local
   * @param pending as if staged policies were enforced; the same if there are none
   * @param governed whether a policy is enforced on what the endpoint opens
   * @param governedForward whether a policy is enforced on what is forwarded
   * @param usesDomains whether what is enforced refers to names
   */
  record Set(
      Program local,
      Program forward,
      Program pending,
      Program pendingForward,
      boolean governed,
      boolean governedForward,
      boolean usesDomains) {}

  Programs(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  boolean isUsed(long now) {
    return usedAt == now;
  }

  /** Says that an endpoint has them; whether this is the first that says so now. */
  boolean use(long now) {
    boolean first = usedAt != now;
    usedAt = now;
    return first;
  }

  /** Builds them anew if something they are made of changed since they were built. */
  boolean refresh(ProgramCompiler compiler, long changedAt, long now) {
    if (set != null && builtAt >= changedAt) {
      return false;
    }
    builtAt = now;
    set = key.host ? ofHost(compiler) : ofWorkload(compiler);
    return true;
  }

  private Set ofWorkload(ProgramCompiler compiler) {
    Program local = compiler.local(key.policies, key.profiles, false);
    Program pending = key.isStaged() ? compiler.local(key.policies, key.profiles, true) : local;
    return new Set(
        local, local, pending, pending, isGoverned(key.policies), false, local.usesDomains());
  }

  private Set ofHost(ProgramCompiler compiler) {
    boolean staged = key.isStaged();
    List<PolicyEntry> onForward = key.forward();
    Program local = compiler.local(key.policies, key.profiles, false);
    Program forward = compiler.forward(onForward, false);
    return new Set(
        local,
        forward,
        staged ? compiler.local(key.policies, key.profiles, true) : local,
        staged ? compiler.forward(onForward, true) : forward,
        isGoverned(key.policies),
        isGoverned(onForward),
        local.usesDomains() || forward.usesDomains());
  }

  private static boolean isGoverned(List<PolicyEntry> policies) {
    return policies.stream().anyMatch(PolicyEntry::isEnforced);
  }

  /** As they were refreshed last. */
  Set set() {
    return Objects.requireNonNull(set);
  }
}
