// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

/** Why the kernel did not do what an {@link AcceptSetBatch} asked for one entry. */
public final class AcceptSetFailure {
  /** Nothing failed. */
  public static final int NONE = 0;

  /** The set holds as many entries as it may. */
  public static final int FULL = 1;

  /** The kernel is short of memory. */
  public static final int NO_MEMORY = 2;

  /** There is no set of this name. */
  public static final int NO_SET = 3;

  /** Anything else: no permission, a set of another type, or an answer that was lost. */
  public static final int OTHER = 4;

  /** {@code IPSET_ERR_TYPE_SPECIFIC}, of which the first is that of a full hash. */
  private static final int IPSET_ERR_HASH_FULL = 4352;

  private AcceptSetFailure() {}

  /**
   * The class of the kernel's error.
   *
   * @spec include/uapi/linux/netfilter/ipset/ip_set.h: enum ipset_errno
   */
  static int of(int errno) {
    return switch (errno) {
      case 0 -> NONE;
      case IPSET_ERR_HASH_FULL -> FULL;
      case Errno.ENOMEM, Errno.ENOBUFS -> NO_MEMORY;
      case Errno.ENOENT -> NO_SET;
      default -> OTHER;
    };
  }

  /** The name of this class, for logs. */
  public static String name(int failure) {
    return switch (failure) {
      case NONE -> "none";
      case FULL -> "set is full";
      case NO_MEMORY -> "no kernel memory";
      case NO_SET -> "no such set";
      default -> "refused";
    };
  }
}
