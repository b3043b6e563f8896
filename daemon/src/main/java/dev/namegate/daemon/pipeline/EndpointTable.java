// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.CompiledPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint an interface index is, remembered until interfaces or the policy change.
 *
 * <p>Policy names interfaces, packets carry indexes. The first packet of an index asks the kernel
 * for its name; later ones are answered from an open-addressing table of primitives.
 *
 * <p><b>Threading:</b> confined to the deciding stage, but for {@link #interfacesChanged}.
 *
 * <p><b>Bounds:</b> one entry for each interface that packets came from or left by; at {@value
 * #MAX_ENTRIES} entries the table is emptied and fills anew.
 */
@HotPath
public final class EndpointTable {
  private static final int SLOTS = 8192;
  private static final int MAX_ENTRIES = SLOTS / 2;
  private static final int EMPTY = 0;
  private static final int NO_ENDPOINT = CompiledPolicy.NO_ENDPOINT;

  private final IntFunction<@Nullable String> interfaceName;
  private final Function<String, List<IpAddress>> interfaceAddresses;
  private final Side workloads = new Side();
  private final Side hosts = new Side();
  private @Nullable CompiledPolicy policy;
  private int seenChange;

  /** Counts changes. Written by the thread that watches interfaces; read by the deciding stage. */
  private volatile int change;

  /**
   * An empty table.
   *
   * @param interfaceName the kernel's name for an index, or null if it has none
   * @param interfaceAddresses the addresses of the interface of a name
   */
  public EndpointTable(
      IntFunction<@Nullable String> interfaceName,
      Function<String, List<IpAddress>> interfaceAddresses) {
    this.interfaceName = interfaceName;
    this.interfaceAddresses = interfaceAddresses;
  }

  /** Says that an interface came, went or was renamed. One thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a single writer
  public void interfacesChanged() {
    change++;
  }

  /** The id of the workload endpoint behind this interface, or a negative number. */
  int workload(CompiledPolicy current, int interfaceIndex) {
    refresh(current);
    int known = workloads.get(interfaceIndex);
    if (known != Side.UNKNOWN) {
      return known;
    }
    String name = interfaceName.apply(interfaceIndex);
    return workloads.put(
        interfaceIndex, name == null ? NO_ENDPOINT : current.workloadEndpoint(name));
  }

  /** The id of the host endpoint of this interface, or a negative number. */
  int host(CompiledPolicy current, int interfaceIndex) {
    refresh(current);
    int known = hosts.get(interfaceIndex);
    if (known != Side.UNKNOWN) {
      return known;
    }
    String name = interfaceName.apply(interfaceIndex);
    return hosts.put(
        interfaceIndex,
        name == null ? NO_ENDPOINT : current.hostEndpoint(name, interfaceAddresses.apply(name)));
  }

  private void refresh(CompiledPolicy current) {
    int now = change;
    if (policy != current || now != seenChange) {
      workloads.clear();
      hosts.clear();
      policy = current;
      seenChange = now;
    }
  }

  /** Interface index to endpoint id; index 0 names no interface. */
  private static final class Side {
    static final int UNKNOWN = -2;

    private final int[] indexes = new int[SLOTS];
    private final int[] endpoints = new int[SLOTS];
    private int size;

    int get(int index) {
      if (index == EMPTY) {
        return NO_ENDPOINT;
      }
      int slot = slot(index);
      return indexes[slot] == index ? endpoints[slot] : UNKNOWN;
    }

    int put(int index, int endpoint) {
      if (size == MAX_ENTRIES) {
        clear();
      }
      int slot = slot(index);
      indexes[slot] = index;
      endpoints[slot] = endpoint;
      size++;
      return endpoint;
    }

    /** The slot that holds the index, or the free one where it belongs. */
    private int slot(int index) {
      int slot = index & (SLOTS - 1);
      while (indexes[slot] != EMPTY && indexes[slot] != index) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      return slot;
    }

    void clear() {
      Arrays.fill(indexes, EMPTY);
      size = 0;
    }
  }
}
