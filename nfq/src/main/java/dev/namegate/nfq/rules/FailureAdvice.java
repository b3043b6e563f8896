// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What a person can do about a command that failed, by what the command said. */
final class FailureAdvice {
  private static final int EXIT_RESOURCE_PROBLEM = 4;

  private static final Map<Pattern, String> BY_OUTPUT = new LinkedHashMap<>();

  static {
    // The order counts: the first that is found wins.
    on("exec of .* failed", "install it: apt-get install iptables ipset");
    on(
        "xtables lock",
        "another program has been changing rules for 5 s: find it with \"fuser -v"
            + " /run/xtables.lock\", then start again");
    on(
        "[Pp]ermission denied|Operation not permitted|must be root",
        "run as root, or with CAP_NET_ADMIN and CAP_NET_RAW in this network namespace");
    on(
        "is incompatible, use 'nft' tool",
        "rules written with nft stand in this table, which iptables cannot read: move them to a"
            + " table of another name, or choose the legacy backend");
    on(
        "Couldn't load (match|target)",
        "the iptables package is incomplete: apt-get install --reinstall iptables");
    on(
        "Table does not exist|can't initialize ip6?tables table",
        "the kernel lacks this table: modprobe iptable_security iptable_raw ip6table_security"
            + " ip6table_raw, or choose the nft backend");
    on(
        "missing kernel module|No chain/target/match by that name|No such file or directory",
        "the kernel lacks a match or target: modprobe xt_NFQUEUE xt_NFLOG xt_conntrack xt_set"
            + " xt_comment");
    on("Set .* doesn't exist", "somebody destroyed our set meanwhile: start again");
    on(
        "in use by a kernel component",
        "a rule that is not ours uses the set: find it with \"iptables-save | grep match-set\"");
    on(
        "set with the same name already exists",
        "a set of this name, but of another type, is not ours: rename or destroy it");
    on(
        "Hash is full",
        "more source addresses than the set holds, or more than 64 interfaces with the same one");
    on(
        "Kernel support protocol versions|Cannot open session to kernel",
        "the kernel lacks ip_set: modprobe ip_set ip_set_hash_netiface");
    on(
        "set type not supported",
        "the kernel lacks a type of set: modprobe ip_set_hash_netiface ip_set_hash_ipport"
            + " ip_set_hash_ipportip; or do without the last two by kernelFastPath: Disabled");
    on(
        "Device or resource busy|Too many links|Directory not empty",
        "a rule that is not ours leads into our chain: find it with \"iptables-save | grep ng-\"");
  }

  private FailureAdvice() {}

  private static void on(String regex, String advice) {
    BY_OUTPUT.put(Pattern.compile(regex), advice);
  }

  static String forOutput(String error, int exitCode) {
    for (Map.Entry<Pattern, String> entry : BY_OUTPUT.entrySet()) {
      if (entry.getKey().matcher(error).find()) {
        return entry.getValue();
      }
    }
    return exitCode == EXIT_RESOURCE_PROBLEM
        ? "another program changed rules at the same time: start again"
        : "run the command by hand to see more; \"namegate rules\" prints its input";
  }

  static String forMissing(String command) {
    if (command.equals("ipset")) {
      return "install it: apt-get install ipset";
    }
    return command.contains("tables")
        ? "install it: apt-get install iptables"
        : "install it: apt-get install iproute2";
  }
}
