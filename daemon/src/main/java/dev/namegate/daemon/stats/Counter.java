// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.stats;

import java.util.Locale;

/**
 * Everything the daemon counts. The help text says what a growing value means; {@code namegate
 * status} and {@code docs/operations.md} list them by {@link #exportedName}.
 */
public enum Counter {
  FLOWS_RECEIVED("packets of new flows that the kernel queued for a decision"),
  FLOWS_ALLOWED("flow packets that policy allowed"),
  FLOWS_DENIED("flow packets that policy denied: somebody tries what no rule allows"),
  FLOWS_HELD("flow packets denied that an answer on its way could allow, moved to be held"),
  HELD_ALLOWED("held packets that policy allowed when their destination was learnt"),
  HELD_DENIED_AGAIN(
      "held packets dropped because what was learnt of their destination, or another policy, denied"
          + " them again (dnr: do not repeat)"),
  HELD_TIMED_OUT("held packets dropped at dnsPolicyNfqueueMaxHoldDuration: no answer allowed them"),
  HELD_OVERFLOWS("packets dropped because dnsPolicyNfqueueSize of them were held already"),
  HELD_RETRANSMITS("SYNs dropped because the connection's SYN before was still held"),
  FLOWS_PENDING_DENIED("flow decisions to allow that the staged policies would turn into a denial"),
  FLOWS_PENDING_ALLOWED("flow decisions to deny that the staged policies would turn into an allow"),
  FLOWS_UNKNOWN_ENDPOINT(
      "flow packets of an interface that no endpoint describes, dropped: a WorkloadEndpoint or"
          + " HostEndpoint is missing"),
  FLOWS_INVALID("flow packets whose headers do not decode, dropped: hostile or broken senders"),
  FLOWS_MIDSTREAM_ACCEPTED(
      "TCP segments of connections older than our rules, accepted in the seconds after start"),
  LOG_RULES_MATCHED("times that a flow packet matched a rule with action Log"),
  LOG_RULES_UNWRITTEN("Log rules matched without a line in the log: more than it takes in"),
  FLOW_FAULTS("flow packets dropped because a stage of ours failed: a defect, see the log"),

  FAST_PATH_ADDED("entries added to the kernel's accept sets, or given a longer life there"),
  FAST_PATH_DELETED("entries deleted from the kernel's accept sets before their time"),
  FAST_PATH_EVICTED(
      "entries deleted to make room for new ones: raise maxFastPathEntries, or their flows are"
          + " queued"),
  FAST_PATH_REFUSED_FULL("entries that an accept set had no room for: their flows are queued"),
  FAST_PATH_NO_MEMORY("entries that the kernel had no memory for: their flows are queued"),
  FAST_PATH_NO_SET("entries of accept sets that are not there: somebody has destroyed them"),
  FAST_PATH_FAILED("changes to accept sets that failed otherwise, see the log"),
  FAST_PATH_REQUESTS_LOST(
      "allowed flows that could not be passed on to the kernel: more than are taken up, commits are"
          + " stuck or too slow; they are queued again"),

  DNS_REPLIES_RECEIVED("DNS replies of trusted servers that the kernel queued"),
  DNS_REPLIES_COPIED("DNS replies of trusted servers that the kernel copied and let go on"),
  DNS_REPLY_COPIES_LOST(
      "times the kernel had no room for copies of replies: what they taught is not known; raise"
          + " the receive buffer"),
  DNS_REPLIES_LEARNT("DNS replies that taught at least one address or alias"),
  DNS_REPLIES_RELEASED("DNS replies released after their commit, or with nothing to commit"),
  DNS_REPLIES_RELEASED_TIMEOUT(
      "DNS replies released unlearnt-so-far at dnsPacketsNfqueueMaxHoldDuration: commits are stuck"
          + " or too slow"),
  DNS_REPLIES_UNASKED(
      "DNS replies that answer no question their flow asked, not learnt: spoofing, a duplicate, or"
          + " an answer later than ten seconds"),
  DNS_REPLIES_INVALID("DNS replies that do not decode, released unlearnt"),
  DNS_REPLIES_NON_QUERY("DNS messages with an opcode other than QUERY, released unlearnt"),
  DNS_REPLIES_TOO_LARGE("DNS replies larger than NFQUEUE copies, released unlearnt"),
  DNS_TCP_SEGMENTS("segments of DNS over TCP from trusted servers, each of them a reply above"),
  DNS_TCP_MESSAGES("DNS messages that segments have completed"),
  DNS_TCP_SEGMENTS_NOT_FOLLOWED(
      "segments with data of connections older than our rules, or given up: they teach nothing"),
  DNS_TCP_STREAMS_CUT("connections given up because not all of a segment was copied"),
  DNS_TCP_STREAMS_TOO_MUCH_AHEAD(
      "connections given up because more segments came ahead of a lost one than are kept"),
  DNS_TCP_STREAMS_CONTRADICTED(
      "connections given up because two segments said different things of the same bytes: somebody"
          + " tries to make us learn what the client does not read"),
  DNS_TCP_STREAMS_TOO_MANY("connections given up, idle longest, for new ones: raise maxTCPStreams"),
  DNS_TCP_STREAMS_TOO_MANY_BYTES(
      "connections given up, idle longest, because more bytes wait for the rest of a message than"
          + " are kept: raise maxTCPBytes"),
  DNS_TCP_STREAMS_IDLE("connections given up on which nothing came for an hour"),
  DNS_REPLY_FAULTS("DNS replies dropped because a stage of ours failed: a defect, see the log"),

  DNS_QUERIES_SEEN("DNS queries to trusted servers, copied for the record of questions"),
  DNS_QUERIES_INVALID("copied DNS queries that do not decode: their answers teach nothing"),
  DNS_QUESTIONS_REFUSED(
      "questions not recorded because the client has too many open ones: their answers teach"
          + " nothing"),
  DNS_QUERY_COPIES_LOST(
      "times the kernel had no room for copies of queries: answers to them teach nothing; raise"
          + " the receive buffer"),

  RELOADS("times that resources were put into force after the start"),
  RELOADS_FAILED(
      "times that resources could not be put into force, see the log: what was in force stays"),

  QUEUE_OVERRUNS(
      "times the kernel had no room in a queue's receive buffer and dropped packets: raise the"
          + " receive buffer"),
  SOCKET_FAILURES(
      "times a queue's or group's socket failed and was bound anew; what it held is lost"),
  VERDICTS_GONE("verdicts for packets that the kernel held no longer: an interface went away"),
  VERDICT_ERRORS("verdicts that the kernel refused or that could not be sent");

  private final String help;

  Counter(String help) {
    this.help = help;
  }

  /** What it counts, and what a growing value means. */
  public String help() {
    return help;
  }

  /** The name in JSON and documents, such as {@code flows_allowed}. */
  public String exportedName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
