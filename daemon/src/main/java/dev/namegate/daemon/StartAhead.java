// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.learning.CacheAhead;
import dev.namegate.nfq.NfQueue;
import dev.namegate.nfq.rules.CommandRunner;
import dev.namegate.nfq.rules.HeldRules;
import dev.namegate.nfq.rules.KernelRulesException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;

/**
 * What a start needs and no setting decides: begun on threads beside, while the resources are read
 * and compiled. It looks, and changes nothing, so that there is nothing to undo.
 *
 * <p><b>Threading:</b> begun and asked by the thread that starts.
 */
public final class StartAhead {
  private static final System.Logger LOG = System.getLogger(StartAhead.class.getName());

  /** In the run directory; unless the settings name another file. */
  static final String CACHE_FILE = "dns-cache";

  private final FutureTask<HeldRules> heldRules;
  private final CacheAhead cache;

  private StartAhead(FutureTask<HeldRules> heldRules, CacheAhead cache) {
    this.heldRules = heldRules;
    this.cache = cache;
  }

  /** Begins. */
  public static StartAhead begin(Path runDirectory) {
    Thread natives = new Thread(StartAhead::loadNatives, "ng-natives");
    natives.setDaemon(true);
    natives.start();
    return new StartAhead(
        HeldRules.reading(CommandRunner.here()),
        CacheAhead.begin(runDirectory.resolve(CACHE_FILE)));
  }

  /** Loads what opens the queues; whatever is wrong is told when they are opened. */
  private static void loadNatives() {
    NfQueue.unavailabilityCause()
        .ifPresent(cause -> LOG.log(System.Logger.Level.DEBUG, "natives: " + cause));
  }

  /** The rules that were in the kernel when this began. */
  HeldRules heldRules() throws KernelRulesException, InterruptedException {
    return HeldRules.await(heldRules);
  }

  /** What is learnt from before, if the settings name no other file. */
  CacheAhead cache() {
    return cache;
  }
}
