// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import com.lmax.disruptor.ExceptionHandler;
import dev.namegate.daemon.stats.Counter;
import dev.namegate.daemon.stats.Counters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What happens when a stage throws: that one packet will be dropped, the fault is counted, each
 * distinct fault is logged once, and the pipeline goes on.
 *
 * <p><b>Threading:</b> any stage's thread.
 *
 * <p><b>Bounds:</b> {@value #MAX_DISTINCT} distinct faults are remembered; of further ones only the
 * count is kept.
 */
final class FailClosedHandler<E extends PacketEvent> implements ExceptionHandler<E> {
  private static final System.Logger LOG = System.getLogger(FailClosedHandler.class.getName());
  private static final int MAX_DISTINCT = 256;

  private final String pipeline;
  private final Counter faults;
  private final Counters.Writer counters;

  /** A fault's class and origin, and the thread-safe fact that it was logged. */
  private final Map<String, Boolean> logged = new ConcurrentHashMap<>();

  FailClosedHandler(String pipeline, Counter faults, Counters.Writer counters) {
    this.pipeline = pipeline;
    this.faults = faults;
    this.counters = counters;
  }

  @Override
  public void handleEventException(Throwable fault, long sequence, E event) {
    event.fail();
    synchronized (counters) { // stages on threads of their own share this writer
      counters.increment(faults);
    }
    report(fault, "the packet is dropped");
  }

  @Override
  public void handleOnStartException(Throwable fault) {
    report(fault, "at the stage's start");
  }

  @Override
  public void handleOnShutdownException(Throwable fault) {
    report(fault, "at the stage's end");
  }

  private void report(Throwable fault, String consequence) {
    StackTraceElement[] trace = fault.getStackTrace();
    String origin = fault.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    if (logged.size() < MAX_DISTINCT && logged.put(origin, true) == null) {
      LOG.log(
          System.Logger.Level.ERROR,
          "pipeline="
              + pipeline
              + " fault="
              + origin
              + ": "
              + consequence
              + "; further ones like it are only counted",
          fault);
    }
  }
}
