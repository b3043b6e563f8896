// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.cache.DnsCache;
import dev.namegate.daemon.config.ConfigReader;
import dev.namegate.daemon.config.DaemonConfig;
import dev.namegate.daemon.explain.Explainer;
import dev.namegate.daemon.pipeline.Clients;
import dev.namegate.daemon.pipeline.Commit;
import dev.namegate.daemon.pipeline.DnsPath;
import dev.namegate.daemon.pipeline.EndpointTable;
import dev.namegate.daemon.pipeline.FlowPaths;
import dev.namegate.daemon.pipeline.HeldPath;
import dev.namegate.daemon.pipeline.PolicyMatcher;
import dev.namegate.daemon.pipeline.Ruleset;
import dev.namegate.daemon.pipeline.SocketWatch;
import dev.namegate.daemon.pipeline.WarmUp;
import dev.namegate.daemon.reload.Reloader;
import dev.namegate.daemon.stats.Counters;
import dev.namegate.daemon.stats.StatusReport;
import dev.namegate.nfq.Interfaces;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.NfQueueException;
import dev.namegate.nfq.NflogGroup;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.CommandRunner;
import dev.namegate.nfq.rules.HeldRules;
import dev.namegate.nfq.rules.KernelRules;
import dev.namegate.nfq.rules.SourceSets;
import dev.namegate.packet.dns.Edge;
import dev.namegate.packet.tcp.StreamLimits;
import dev.namegate.policy.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: the one class that makes the parts and knows in which order they start and
 * stop.
 *
 * <p>Start: bind the queues, fill the source sets, install the chains, then the jumps. Stop: remove
 * the jumps, answer what the kernel still holds, remove the rest, close the queues. A start that
 * fails undoes what it did.
 *
 * <p><b>Threading:</b> {@link #start} and {@link #close} by one thread each; {@link #status} by
 * any.
 */
public final class Daemon {
  private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

  /** Queries are a few hundred octets; what the kernel logs beyond is padding. */
  private static final int QUERY_COPY_RANGE = 1_024;

  /** How long connections that are older than our rules may show themselves. */
  private static final long MIDSTREAM_NS = 10_000_000_000L;

  /** How much longer the start may take for the sake of the first packets. */
  private static final Duration WARM_UP_LIMIT = Duration.ofMillis(50);

  /** The configuration in force. Written by the thread that reloads. */
  private volatile DaemonConfig config;

  private final SettingsReader source;
  private final ReloadReport reloads;
  private final Counters counters = new Counters();
  private final DnsCache cache;
  private final HostAddresses hostAddresses = new HostAddresses();

  /** One for each queue of flows. */
  private final List<EndpointTable> endpoints;

  private final EndpointTable endpointsOfHeld = newEndpointTable();

  /** The policy in force and the addresses in its terms. */
  private volatile Ruleset ruleset;

  /** Set by the start; read by whoever asks for the status. */
  private volatile @Nullable FlowPaths flowPaths;

  private volatile @Nullable DnsPath dnsPath;
  private volatile @Nullable KernelFastPath fastPath;
  private volatile @Nullable SocketWatch sockets;

  /** What undoes the steps of the start that were done; run from the last to the first. */
  private final Deque<Step> undo = new ArrayDeque<>();

  private volatile @Nullable Reloader<Settings> reloader;
  private volatile @Nullable KnownNames knownNames;
  private volatile boolean stopping;

  private interface Step {
    void run() throws Exception;
  }

  private Daemon(SettingsReader source, Settings settings) {
    this.source = source;
    this.config = settings.config();
    this.endpoints =
        Stream.generate(Daemon::newEndpointTable).limit(config.rules().flowQueues()).toList();
    this.reloads = new ReloadReport(settings, counters);
    this.cache =
        new DnsCache(config.cache(), new PolicyMatcher(settings.policy()), this::retracted);
    this.ruleset =
        new Ruleset(
            settings.policy(),
            cache.table(),
            config.rules().interfacePrefixes(),
            config.learning().mode().holdsDeniedPackets(),
            Clients.of(settings.policy(), config.cache().perClient(), hostAddresses));
  }

  private static EndpointTable newEndpointTable() {
    return new EndpointTable(Interfaces::name, HostInterfaces::addresses);
  }

  /**
   * Starts to enforce; when this returns, the rules hold, and changes of the resources are taken
   * up.
   *
   * @param source where the settings came from; from now on only the daemon reads from it
   * @param commitStage what stands between the commit stage and the cache; the identity but in
   *     tests
   * @param door opens the daemon's control socket, before any rule is touched; closed by {@link
   *     #close}
   * @param runDirectory holds the file of what is learnt, unless the settings name another
   * @param ahead what was begun before the settings were known
   * @throws Exception if a queue cannot be bound or the rules cannot be installed; then all that
   *     was done is undone
   */
  public static Daemon start(
      SettingsReader source,
      Settings settings,
      NanoClock clock,
      UnaryOperator<Commit> commitStage,
      Callable<? extends AutoCloseable> door,
      Path runDirectory,
      StartAhead ahead)
      throws Exception {
    Daemon daemon = new Daemon(source, settings);
    try {
      daemon.start(clock, commitStage, door, runDirectory, ahead);
      return daemon;
    } catch (Throwable e) { // an Error must not leave threads and rules behind either
      daemon.close();
      throw e;
    }
  }

  private void start(
      NanoClock clock,
      UnaryOperator<Commit> commitStage,
      Callable<? extends AutoCloseable> door,
      Path runDirectory,
      StartAhead ahead)
      throws Exception {
    Phases phases = new Phases("start", clock);
    List<NfQueue> flows = openFlowQueues();
    NfQueue replies = opened(NfQueue.open(config.dnsQueue()));
    NflogGroup queries =
        opened(
            NflogGroup.open(
                config.rules().queryLogGroup(),
                QUERY_COPY_RANGE,
                config.dnsQueue().receiveBufferBytes()));
    NflogGroup copies =
        opened(
            NflogGroup.open(
                config.rules().replyLogGroup(),
                QueueConfig.MAX_COPY_RANGE,
                config.dnsQueue().receiveBufferBytes()));
    NfQueue heldQueue = opened(NfQueue.open(config.learning().heldQueue()));
    warn(copies.warnings());
    warn(heldQueue.warnings());
    flows.forEach(queue -> warn(queue.warnings()));
    warn(replies.warnings());
    warn(queries.warnings());
    phases.done("queues");

    WarmUp warmUp = new WarmUp(ruleset.policy(), clock);
    warmUp.start(); // while others work for us

    CommandRunner runner = CommandRunner.here();
    HeldRules held = ahead.heldRules();
    InstalledRules installed =
        InstalledRules.find(new KernelRules(runner, config.backend(held)), held, config);
    phases.done("heldRules");
    opened(door.call());
    KernelFastPath fastPath =
        opened(
            KernelFastPath.open(config.learning(), config.rules().flowQueues(), runner, counters));
    this.fastPath = fastPath;
    undo.push(installed::remove);
    // Rules that were there before kept conntrack on: then nothing can look new in the middle.
    long midstreamUntilNs = clock.nowNs() + (installed.inherited() ? 0 : MIDSTREAM_NS);
    watchLinks();
    KnownNames known =
        new KnownNames(
            cache,
            () -> ruleset,
            config.learning().cacheFile().orElse(runDirectory.resolve(StartAhead.CACHE_FILE)),
            clock);
    known.restore(ahead.cache()); // nobody else writes yet
    knownNames = known;
    phases.done("restore");
    HeldPath heldPath = startHeldPath(heldQueue, clock);
    DnsPath dnsPath =
        startPaths(
            flows,
            replies,
            queries,
            copies,
            heldPath,
            midstreamUntilNs,
            fastPath,
            clock,
            commitStage);
    undo.push(known.startSaving(config.learning().cacheSaveInterval(), dnsPath)::close);
    undo.push(known.startKeeping(dnsPath)::close);
    undo.push(installed::detach);
    phases.done("paths");
    SourceSets sourceSets = new SourceSets(runner);
    CompletableFuture<Void> acceptSets = fillAcceptSets(fastPath, dnsPath, clock);
    sourceSets.replace(SourceAddresses.of(ruleset.policy().endpoints()));
    phases.done("sourceSets");
    KernelRules.Plan plan = installed.kernelRules().plan(config.rules());
    phases.done("plan");
    acceptSets.get();
    phases.done("acceptSets");
    warmUp.await(WARM_UP_LIMIT);
    phases.done("warmUp");
    boolean changed = installed.kernelRules().apply(plan);
    phases.done("rules");
    installed.leaveOnExit(config.leaveRulesOnExit());
    LOG.log(
        System.Logger.Level.INFO,
        "enforcing endpoints="
            + ruleset.policy().endpoints().size()
            + " trustedServers="
            + config.rules().trustedServers()
            + " rules="
            + (changed ? "installed" : "found as they should be"));
    startReloading(
        new Changeover(
            installed.kernelRules(),
            sourceSets,
            dnsPath,
            cache,
            clock,
            fastPath,
            () -> ruleset.clients(),
            next -> {
              this.ruleset = next;
              heldPath.rulesetChanged();
            }),
        installed,
        clock);
    phases.done("reloader");
  }

  private List<NfQueue> openFlowQueues() throws NfQueueException {
    List<NfQueue> queues = new ArrayList<>();
    for (QueueConfig queue : config.flowQueues()) {
      queues.add(opened(NfQueue.open(queue)));
    }
    return queues;
  }

  /**
   * Empties the accept sets that rules will refer to, or makes them: the kernel takes its time for
   * their tables, and other sets are filled and rules are read meanwhile.
   */
  private CompletableFuture<Void> fillAcceptSets(
      KernelFastPath fastPath, DnsPath dnsPath, NanoClock clock) {
    return dnsPath.onWriter(
        () -> {
          // Rules of a daemon before us may look into sets that it filled by a policy of its own.
          fastPath.renew(ruleset, config.rules(), clock.nowNs());
          return null;
        });
  }

  private void startReloading(Changeover changeover, InstalledRules installed, NanoClock clock)
      throws IOException {
    Reloader<Settings> started =
        Reloader.start(
            source.paths(),
            ConfigReader.files(),
            source.stamps(),
            new Reload(changeover, installed, clock),
            clock);
    reloader = started;
    undo.push(
        () -> {
          stopping = true;
          started.stop();
        });
  }

  /** Puts what the reloader read into force. On its thread. */
  private final class Reload implements Reloader.Receiver<Settings> {
    private final Changeover changeover;
    private final InstalledRules installed;
    private final NanoClock clock;
    private long startedNs;
    private Phases phases;

    Reload(Changeover changeover, InstalledRules installed, NanoClock clock) {
      this.changeover = changeover;
      this.installed = installed;
      this.clock = clock;
      this.phases = new Phases("reload", clock);
    }

    @Override
    public Settings prepare(Set<Path> unfinished) throws IOException {
      startedNs = clock.nowNs();
      phases = new Phases("reload", clock);
      Settings next = source.read(unfinished);
      phases.done("resources");
      return next;
    }

    @Override
    public void putIntoForce(Settings next) throws Exception {
      DaemonConfig target = config.withLiveChanges(next.config());
      changeover.run(
          ruleset.policy(),
          config.rules(),
          next.policy(),
          target.rules(),
          target.learning().mode().holdsDeniedPackets(),
          target.learning().cacheEpoch() != config.learning().cacheEpoch(),
          () -> stopping,
          phases);
      List<String> waiting = config.changesThatNeedRestart(next.config());
      boolean configChanged = !target.equals(config);
      config = target;
      installed.leaveOnExit(target.leaveRulesOnExit());
      reloads.done(next, waiting, configChanged, clock.nowNs() - startedNs);
    }

    @Override
    public void failed(Throwable cause) {
      reloads.failed(cause);
    }
  }

  /** Reads the resources again, soon. Any thread; without effect before the start is done. */
  public void requestReload() {
    Reloader<Settings> started = reloader;
    if (started != null) {
      started.request();
    }
  }

  /** The cache forgot before the time; on its writer. */
  private void retracted(long hi, long lo) {
    KernelFastPath kernel = fastPath;
    if (kernel != null) {
      kernel.retracted(hi, lo);
    }
  }

  private void watchLinks() throws NfQueueException {
    undo.push(
        LinkWatcher.start(
                () -> {
                  endpoints.forEach(EndpointTable::interfacesChanged);
                  endpointsOfHeld.interfacesChanged();
                  hostAddresses.interfacesChanged();
                  followAddresses();
                })
            ::stop);
  }

  /** It stops last, for the flows' path may still move packets to it. */
  private HeldPath startHeldPath(NfQueue queue, NanoClock clock) throws NfQueueException {
    HeldPath path =
        new HeldPath(
            queue,
            config.learning().heldSlots(),
            config.learning().maxDeniedHold(),
            () -> ruleset,
            endpointsOfHeld,
            clock,
            counters);
    path.start();
    undo.push(path::stop);
    return path;
  }

  private DnsPath startPaths(
      List<NfQueue> flows,
      NfQueue replies,
      NflogGroup queries,
      NflogGroup copies,
      HeldPath heldPath,
      long midstreamUntilNs,
      KernelFastPath fastPath,
      NanoClock clock,
      UnaryOperator<Commit> commitStage)
      throws Exception {
    FlowPaths flowPaths =
        new FlowPaths(
            flows,
            config.learning().heldQueue().number(),
            config.pipeline(),
            () -> ruleset,
            endpoints,
            midstreamUntilNs,
            fastPath::allowedFlows,
            clock,
            counters);
    DnsPath dnsPath =
        new DnsPath(
            replies,
            queries,
            copies,
            config.pipeline(),
            config.learning().learnAddressHints(),
            StreamLimits.of(config.learning().maxTcpStreams(), config.learning().maxTcpBytes()),
            commitStage.apply(heldPath.behind(fastPath.behind(cache, () -> ruleset.clients()))),
            cache,
            clock,
            counters);
    this.flowPaths = flowPaths;
    this.dnsPath = dnsPath;
    fastPath.nudgeBy(dnsPath::nudge);
    flowPaths.start();
    undo.push(flowPaths::stop);
    dnsPath.start();
    undo.push(dnsPath::stop);
    SocketWatch watch = new SocketWatch(flowPaths, dnsPath, heldPath);
    this.sockets = watch;
    watch.start();
    undo.push(watch::stop);
    return dnsPath;
  }

  /** Rules name interfaces, and some host endpoints name addresses: those have to be found anew. */
  private void followAddresses() {
    if (ruleset.policy().endpoints().stream()
        .anyMatch(each -> each.kind() == Endpoint.Kind.HOST && each.interfaceName().isEmpty())) {
      requestReload();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    undo.push(resource::close);
    return resource;
  }

  private static void warn(List<String> warnings) {
    warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
  }

  /**
   * Tells why flows are decided as they are, by the policy in force and what is learnt now.
   *
   * @param more what to take for learnt besides
   * @throws IllegalStateException if the daemon is starting or stopping, or what is learnt cannot
   *     be asked for because a commit is stuck
   */
  public Explainer explainer(List<Edge> more) {
    DnsPath replies = dnsPath;
    KnownNames known = knownNames;
    if (replies == null || known == null) {
      throw new IllegalStateException("the daemon is still starting");
    }
    Ruleset asked = ruleset;
    return new Explainer(
        asked.policy(),
        config.rules(),
        known.namesFor(asked.clients(), replies, more),
        HostInterfaces::isOfThisHost);
  }

  /** What this daemon enforces and has counted, now. */
  public StatusReport status() {
    StatusFacts facts = new StatusFacts(config, ruleset.policy());
    reloads.addTo(facts.map());
    facts.addCache(cache.counters());
    facts.addFastPath(fastPath);
    facts.addPaths(flowPaths, dnsPath);
    facts.addSockets(sockets);
    facts.addQueues(config.rules());
    facts.addQueues("heldQueue", List.of(config.learning().heldQueue().number()));
    return StatusReport.of(facts.map(), counters);
  }

  /** Stops in order; returns whether every step of it succeeded. What failed is in the log. */
  public synchronized boolean close() {
    boolean clean = true;
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (Exception e) {
        clean = false;
        LOG.log(System.Logger.Level.ERROR, "while stopping: " + e.getMessage(), e);
      }
    }
    return clean;
  }
}
