// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.nfq.LinkMonitor;
import dev.namegate.nfq.NfQueueException;

/**
 * Tells when interfaces of this host come, go or are renamed.
 *
 * <p><b>Threading:</b> runs the callback on a thread of its own, until stopped.
 */
final class LinkWatcher {
  private static final int WAIT_MS = 10_000;

  private final LinkMonitor monitor;
  private final Runnable onChange;
  private final Thread thread;
  private volatile boolean stopping;

  private LinkWatcher(LinkMonitor monitor, Runnable onChange) {
    this.monitor = monitor;
    this.onChange = onChange;
    this.thread = new Thread(this::watch, "ng-links");
  }

  static LinkWatcher start(Runnable onChange) throws NfQueueException {
    LinkWatcher watcher = new LinkWatcher(LinkMonitor.open(), onChange);
    watcher.thread.start();
    return watcher;
  }

  private void watch() {
    while (!stopping) {
      if (monitor.await(WAIT_MS)) {
        onChange.run();
      }
    }
  }

  /** Ends the watch. */
  void stop() throws InterruptedException {
    stopping = true;
    monitor.wakeUp();
    thread.join();
    monitor.close();
  }
}
