// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The names by which a process with no memory recognises what is ours in the kernel
 * (<em>ours-to-sweep</em>).
 *
 * <p>Each rule of ours carries the comment {@code ng:} and 16 hexadecimal digits. A chain is ours
 * if its name has our prefix and it holds a rule with such a comment, or a rule of ours leads to
 * it, or it is empty and bears a name listed here (what {@code iptables -F} leaves). A set is ours
 * if its name and type are known here: sets have no room for a comment. A name that has ever been
 * in a release stays in these lists.
 */
public final class RuleNames {
  /** Begins the name of each of our chains and sets. */
  public static final String PREFIX = "ng-";

  /** Begins the comment on each of our rules; the hash follows. */
  public static final String COMMENT_PREFIX = "ng:";

  /** Begins the NFLOG prefix of a copied query; the index of the trusted server follows. */
  public static final String QUERY_LOG_PREFIX = "ng-q";

  /** Begins the NFLOG prefix of a copied reply; the index of the trusted server follows. */
  public static final String REPLY_LOG_PREFIX = "ng-r";

  static final Pattern COMMENT = Pattern.compile("ng:[0-9a-f]{16}");

  static final String RAW = "ng-raw";
  static final String IN = "ng-in";
  static final String FORWARD = "ng-fwd";
  static final String OUT = "ng-out";
  static final String QUERY = "ng-query";
  static final String REPLY = "ng-reply";
  static final String WORKLOAD = "ng-wl";
  static final String WORKLOAD_TO_HOST = "ng-wl-host";
  static final String HOST_ENDPOINT = "ng-hep";
  static final String HOST_ENDPOINT_FORWARD = "ng-hep-fwd";

  static final List<String> CHAINS =
      List.of(
          RAW,
          IN,
          FORWARD,
          OUT,
          QUERY,
          REPLY,
          WORKLOAD,
          WORKLOAD_TO_HOST,
          HOST_ENDPOINT,
          HOST_ENDPOINT_FORWARD);

  /** Longest chain name that {@code iptables} takes. */
  static final int MAX_CHAIN_LENGTH = 28;

  private RuleNames() {}

  /** The set of (source network, interface) pairs that workloads may send from. */
  static String sourceSet(IpFamily family) {
    return family == IpFamily.V4 ? "ng-src4" : "ng-src6";
  }

  /** Where the next content of {@link #sourceSet} is built before the two are swapped. */
  static String nextSourceSet(IpFamily family) {
    return sourceSet(family) + "-next";
  }

  static final String WORKLOAD_ACCEPT_TYPE = "hash:ip,port,ip";
  static final String HOST_ACCEPT_TYPE = "hash:ip,port";

  /**
   * Ends the name of an accept set that is being made. A colon is in no interface's name, as we
   * take them: so no endpoint's set is mistaken for it.
   */
  static final String NEXT_ACCEPT_SET = ":next";

  private static final Pattern WORKLOAD_ACCEPT_SETS = Pattern.compile("ng-wl[46](:next)?");
  private static final Pattern HOST_ACCEPT_SETS =
      Pattern.compile("ng-hep[46](-[A-Za-z0-9_.-]{1,15})?(:next)?");

  /** The set of flows that workloads may open. */
  static String workloadAcceptSet(IpFamily family) {
    return family == IpFamily.V4 ? "ng-wl4" : "ng-wl6";
  }

  /** The set of flows that may leave through this host endpoint. */
  static String hostAcceptSet(IpFamily family, HostEndpointRule endpoint) {
    String all = family == IpFamily.V4 ? "ng-hep4" : "ng-hep6";
    return endpoint.coversAllInterfaces() ? all : all + "-" + endpoint.interfaceName();
  }

  /** Whether a set of this name and type is an accept set of ours, or was to become one. */
  static boolean isAcceptSet(String name, String type) {
    return switch (type) {
      case WORKLOAD_ACCEPT_TYPE -> WORKLOAD_ACCEPT_SETS.matcher(name).matches();
      case HOST_ACCEPT_TYPE -> HOST_ACCEPT_SETS.matcher(name).matches();
      default -> false;
    };
  }
}
