// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.StageThreads;
import dev.namegate.nfq.CpuAffinity;
import dev.namegate.nfq.rules.FailureMode;
import dev.namegate.nfq.rules.FlowQueueSpread;
import dev.namegate.nfq.rules.RulesConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parameters that Calico has no name for. */
final class NamegateParameters {
  private static final int MAX_NUMBER = 65_535;
  private static final int MIN_BUFFER = 65_536;
  private static final int MAX_BUFFER = 1 << 30;

  /** A receiver takes so many at a time. */
  private static final int MIN_SLOTS = 64;

  /** More at a time fit no cache. */
  private static final int MAX_SLOTS = 16_384;

  /** Of all queues: 1 KiB each, and half of what a JVM with our heap may have beside it. */
  static final int MAX_SLOTS_OF_ALL = 262_144;

  private static final int MAX_ENTRIES = 1 << 24;

  /** As many as suit the host. */
  static final int AUTOMATIC_FLOW_QUEUES = 0;

  static final int MOST_AUTOMATIC_FLOW_QUEUES = 8;
  private static final Duration NANOSECOND = Duration.ofNanos(1);

  /** Twice a usual wake-up: a packet that follows soon finds the receiver awake. */
  private static final Duration POLL_WINDOW_DEFAULT = Duration.ofNanos(50_000);

  /** The kernel's 1024 is lost at the first burst. */
  private static final int QUEUE_LENGTH_DEFAULT = 8_192;

  /** The kernel's default holds 256 packets, whatever is copied of them. */
  private static final int RECEIVE_BUFFER_DEFAULT = 16 << 20;

  static final Parameter<Map<String, String>> NODE_LABELS =
      Parameter.of(
          "nodeLabels",
          new LabelsType(),
          Map.of(),
          "labels of this node, for the `nodeSelector` of a FelixConfiguration; these are there"
              + " without being said: `kubernetes.io/hostname` with the node's name,"
              + " `kubernetes.io/os: linux`");

  static final Parameter<Integer> FLOWS_QUEUE =
      Parameter.of(
              "flowsNfqueueID",
              new IntType(0, MAX_NUMBER),
              RulesConfig.DEFAULT_FLOWS_QUEUE,
              "queue of new flows; the first of them if there are several")
          .takenAtStart();

  static final Parameter<Integer> FLOW_QUEUES =
      Parameter.of(
              "flowQueues",
              new IntType(AUTOMATIC_FLOW_QUEUES, RulesConfig.MAX_FLOW_QUEUES),
              AUTOMATIC_FLOW_QUEUES,
              "how many queues share the new flows, with numbers from `flowsNfqueueID` on, each with"
                  + " a thread and a ring of its own; 0: one for each CPU, "
                  + MOST_AUTOMATIC_FLOW_QUEUES
                  + " at most, as far as the numbers are free; see performance.md")
          .takenAtStart();

  static final Parameter<FlowQueueSpread> FLOW_QUEUE_SPREAD =
      Parameter.of(
              "flowQueueSpread",
              ChoiceType.of(
                  Map.of("Addresses", FlowQueueSpread.ADDRESSES, "Cpu", FlowQueueSpread.CPU)),
              FlowQueueSpread.CPU,
              "by what the kernel chooses one of several queues: the CPU that handles the packet, which"
                  + " then is decided there; or both addresses and the protocol, so that packets"
                  + " between two hosts stay in order")
          .takenAtStart();

  static final Parameter<Integer> QUERY_LOG_GROUP =
      Parameter.of(
              "dnsQueryNflogGroup",
              new IntType(1, MAX_NUMBER),
              RulesConfig.DEFAULT_QUERY_LOG_GROUP,
              "NFLOG group of copied DNS queries")
          .takenAtStart();

  static final Parameter<Integer> REPLY_LOG_GROUP =
      Parameter.of(
              "dnsReplyNflogGroup",
              new IntType(1, MAX_NUMBER),
              RulesConfig.DEFAULT_REPLY_LOG_GROUP,
              "NFLOG group of copied DNS replies (`NoDelay`, `DelayDeniedPacket`)")
          .takenAtStart();

  static final Parameter<Boolean> KERNEL_FAST_PATH =
      Parameter.of(
              "kernelFastPath",
              ChoiceType.of(Map.of("Enabled", true, "Disabled", false)),
              true,
              "`Disabled`: the kernel accepts no new flow by itself, each is decided by the daemon")
          .takenAtStart();

  static final Parameter<Integer> MAX_FAST_PATH_ENTRIES =
      Parameter.of(
              "maxFastPathEntries",
              new IntType(1, MAX_ENTRIES),
              262_144,
              "most flows that each of the kernel's accept sets holds")
          .takenAtStart();

  static final Parameter<Boolean> LEARN_ADDRESS_HINTS =
      Parameter.of(
              "learnAddressHints",
              new BoolType(),
              true,
              "whether the address hints of HTTPS and SVCB records teach: browsers connect to them")
          .takenAtStart();

  static final Parameter<LearningScope> LEARNING_SCOPE =
      Parameter.of(
              "dnsLearningScope",
              ChoiceType.of(
                  Map.of(
                      "HostWide", LearningScope.HOST_WIDE, "PerClient", LearningScope.PER_CLIENT)),
              LearningScope.HOST_WIDE,
              "whether what one endpoint looks up is open to all whose policy names it, or to that"
                  + " endpoint only (`PerClient`)")
          .takenAtStart();

  static final Parameter<Duration> DENIED_MAX_HOLD =
      Parameter.of(
              "dnsPolicyNfqueueMaxHoldDuration",
              DurationType.seconds(Duration.ofMillis(1)),
              Duration.ofMillis(900),
              "how long a denied packet is held (`DelayDeniedPacket`); a TCP client sends its SYN"
                  + " again after a second")
          .takenAtStart();

  static final Parameter<Integer> MAX_TCP_STREAMS =
      Parameter.of(
              "maxTCPStreams",
              new IntType(1, MAX_NUMBER),
              1_024,
              "most connections whose DNS replies are put together at a time")
          .takenAtStart();

  static final Parameter<Integer> MAX_TCP_BYTES =
      Parameter.of(
              "maxTCPBytes",
              new IntType(MIN_BUFFER, MAX_BUFFER),
              16 << 20,
              "most bytes of them that wait for the rest of their message")
          .takenAtStart();

  static final Parameter<FailureMode> FAILURE_MODE =
      Parameter.of(
          "failureMode",
          ChoiceType.of(Map.of("Closed", FailureMode.CLOSED, "Open", FailureMode.OPEN)),
          FailureMode.CLOSED,
          "`Open`: packets pass when no daemon reads the queues");

  static final Parameter<Boolean> LEAVE_RULES =
      Parameter.of(
          "leaveRulesOnExit",
          new BoolType(),
          false,
          "`true`: our rules stay when the daemon stops, see above");

  static final Parameter<StageThreads> STAGE_THREADS =
      Parameter.of(
              "stageThreads",
              ChoiceType.of(Map.of("Polled", StageThreads.POLLED, "Own", StageThreads.OWN)),
              StageThreads.POLLED,
              "`Own`: a thread for each stage; more throughput where cores are free")
          .takenAtStart();

  static final Parameter<Duration> POLL_WINDOW =
      Parameter.of(
              "pollWindow",
              DurationType.seconds(Duration.ZERO),
              POLL_WINDOW_DEFAULT,
              "how long at most a receiver polls for the next packet before it sleeps; it does not"
                  + " while packets come less often than that, never with 0, and never on a CPU that"
                  + " its packets come from")
          .takenAtStart();

  static final Parameter<List<Integer>> FLOW_CPUS =
      Parameter.of(
              "flowCpus",
              new ListType<>(new IntType(0, CpuAffinity.MAX_CPUS - 1), ""),
              List.<Integer>of(),
              "CPUs that the threads of flows are bound to, queue by queue in turn; with"
                  + " `stageThreads: Own` each thread to all of them. With none, each to those whose"
                  + " packets it gets, if several queues are chosen by CPU")
          .takenAtStart();

  static final Parameter<List<Integer>> DNS_CPUS =
      Parameter.of(
              "dnsCpus",
              new ListType<>(new IntType(0, CpuAffinity.MAX_CPUS - 1), ""),
              List.<Integer>of(),
              "CPUs that the threads of DNS replies are bound to")
          .takenAtStart();

  static final Parameter<Integer> FLOW_RING_SLOTS =
      Parameter.of(
              "flowRingSlots",
              new IntType(MIN_SLOTS, MAX_SLOTS),
              256,
              "how many flows of each queue the daemon has in hand, rounded up to a power of two;"
                  + " 1 KiB each")
          .takenAtStart();

  static final Parameter<Duration> MIN_TTL =
      Parameter.of(
              "dnsMinTTL",
              DurationType.seconds(NANOSECOND),
              Duration.ofNanos(CacheConfig.DEFAULT_MIN_TTL_NS),
              "floor of a record's lifetime")
          .takenAtStart();

  static final Parameter<Duration> MAX_TTL =
      Parameter.of(
              "dnsMaxTTL",
              DurationType.seconds(NANOSECOND),
              Duration.ofNanos(CacheConfig.DEFAULT_MAX_TTL_NS),
              "cap of a record's lifetime")
          .takenAtStart();

  static final Parameter<Integer> MAX_NAMES =
      Parameter.of(
              "maxNames",
              new IntType(1, MAX_ENTRIES),
              CacheConfig.DEFAULT_MAX_NAMES,
              "most names known at a time")
          .takenAtStart();

  static final Parameter<Integer> MAX_ADDRESSES =
      Parameter.of(
              "maxAddresses",
              new IntType(1, MAX_ENTRIES),
              CacheConfig.DEFAULT_MAX_ADDRESSES,
              "most pairs of name and address known at a time")
          .takenAtStart();

  static final Parameter<Integer> MAX_ADDRESSES_PER_NAME =
      Parameter.of(
              "maxAddressesPerName",
              new IntType(1, MAX_ENTRIES),
              CacheConfig.DEFAULT_MAX_ADDRESSES_PER_NAME,
              "most addresses of one name")
          .takenAtStart();

  static final Parameter<Integer> QUEUE_LENGTH =
      Parameter.of(
              "queueLength",
              new IntType(1, MAX_ENTRIES),
              QUEUE_LENGTH_DEFAULT,
              "how many packets the kernel holds for us in each queue")
          .takenAtStart();

  static final Parameter<Integer> RECEIVE_BUFFER =
      Parameter.of(
              "receiveBufferBytes",
              new IntType(MIN_BUFFER, MAX_BUFFER),
              RECEIVE_BUFFER_DEFAULT,
              "how much of them it copies ahead, in each queue and NFLOG group")
          .takenAtStart();

  static final ParameterTable TABLE =
      new ParameterTable(
          "field",
          List.of(
              FLOWS_QUEUE,
              FLOW_QUEUES,
              FLOW_QUEUE_SPREAD,
              QUERY_LOG_GROUP,
              REPLY_LOG_GROUP,
              KERNEL_FAST_PATH,
              MAX_FAST_PATH_ENTRIES,
              LEARN_ADDRESS_HINTS,
              LEARNING_SCOPE,
              DENIED_MAX_HOLD,
              MAX_TCP_STREAMS,
              MAX_TCP_BYTES,
              FAILURE_MODE,
              LEAVE_RULES,
              STAGE_THREADS,
              POLL_WINDOW,
              FLOW_CPUS,
              DNS_CPUS,
              FLOW_RING_SLOTS,
              MIN_TTL,
              MAX_TTL,
              MAX_NAMES,
              MAX_ADDRESSES,
              MAX_ADDRESSES_PER_NAME,
              QUEUE_LENGTH,
              RECEIVE_BUFFER,
              NODE_LABELS),
          Set.of(),
          Set.of());

  private NamegateParameters() {}
}
