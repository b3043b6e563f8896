// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import dev.namegate.packet.HotPath;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Waits until one of several sockets has something, or somebody calls.
 *
 * <p>Neither an interrupt nor a close from another thread wakes a thread that sleeps in {@code
 * poll(2)}; {@link #wakeUp} does, at once, and also when it comes before the sleep.
 *
 * <p><b>Threading:</b> one thread waits; any thread may wake it up. Close it, and then what it
 * waits for, after the waiting thread has left.
 */
@HotPath
public final class Poller implements AutoCloseable {
  private static final int POLLFD_BYTES = 8;
  private static final int POLLFD_EVENTS = 4;
  private static final int POLLFD_REVENTS = 6;
  private static final int COUNTER_BYTES = 8;

  private final int sources;
  private final ByteBuffer memory;
  private final long pollFds;

  /** Where the waiting thread reads the eventfd's counter to, and what the others write to it. */
  private final long counter;

  private final long one;

  /** Written by the one who closes; the lock keeps a late wake-up off a reused descriptor. */
  private volatile int eventFd;

  private Poller(int eventFd, Pollable... sources) {
    this.sources = sources.length;
    this.eventFd = eventFd;
    int pollBytes = (sources.length + 1) * POLLFD_BYTES;
    this.memory = LibC.allocate(pollBytes + 2 * COUNTER_BYTES);
    this.pollFds = LibC.address(memory);
    this.counter = pollFds + pollBytes;
    this.one = counter + COUNTER_BYTES;
    memory.putLong(pollBytes + COUNTER_BYTES, 1);
    for (int i = 0; i < sources.length; i++) {
      enlist(i, sources[i].descriptor());
    }
    enlist(sources.length, eventFd);
  }

  private void enlist(int index, int descriptor) {
    memory.putInt(index * POLLFD_BYTES, descriptor);
    memory.putShort(index * POLLFD_BYTES + POLLFD_EVENTS, LibC.POLLIN);
  }

  /** Waits for this descriptor in a source's stead, from the next wait on; for none if negative. */
  public void replace(int source, int descriptor) {
    enlist(source, descriptor);
    memory.putShort(source * POLLFD_BYTES + POLLFD_REVENTS, (short) 0);
  }

  /** Opens one that waits for these; {@link #isReady} counts them from 0. */
  public static Poller open(Pollable... sources) throws NfQueueException {
    NetlinkSubsystem.requireLoaded("open a poller", LibC.LOAD_FAILURE);
    int eventFd = LibC.eventfd(0, LibC.EFD_NONBLOCK | LibC.EFD_CLOEXEC);
    if (eventFd < 0) {
      throw NetlinkSubsystem.systemFailure("create an eventfd", LibC.errno());
    }
    return new Poller(eventFd, sources);
  }

  /**
   * Waits.
   *
   * @param timeoutMs 0 looks only, a negative value waits without limit
   * @return whether a source is readable or has an error to tell, or a wake-up came. A signal may
   *     end the wait early with false
   */
  public boolean await(int timeoutMs) {
    try {
      boolean ready = LibC.poll(pollFds, sources + 1L, timeoutMs) > 0;
      if (!ready) {
        clear();
      } else if (isWokenUp()) {
        LibC.read(eventFd, counter, COUNTER_BYTES);
      }
      return ready;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** After an interrupted poll the kernel leaves the events as they were. */
  private void clear() {
    for (int i = 0; i <= sources; i++) {
      memory.putShort(i * POLLFD_BYTES + POLLFD_REVENTS, (short) 0);
    }
  }

  /** Whether the last wait found something at this source: data, or an error such as ENOBUFS. */
  public boolean isReady(int source) {
    return memory.getShort(source * POLLFD_BYTES + POLLFD_REVENTS) != 0;
  }

  /** Whether a wake-up ended the last wait. */
  public boolean isWokenUp() {
    return isReady(sources);
  }

  /** Ends the wait that is going on, or else the next one. Any thread; after close no effect. */
  public synchronized void wakeUp() {
    try {
      LibC.write(eventFd, one, COUNTER_BYTES);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public synchronized void close() {
    int descriptor = eventFd;
    eventFd = -1;
    if (descriptor >= 0) {
      memory.putInt(sources * POLLFD_BYTES, -1); // poll passes over it
      LibC.close(descriptor);
    }
  }
}
