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

  /** The interface is none that a workload could be behind. */
  static final int NOT_A_WORKLOAD = -3;

  private final IntFunction<@Nullable String> interfaceName;
  private final Function<String, List<IpAddress>> interfaceAddresses;
  private final Side workloads = new Side();
  private final Side hosts = new Side();
  private final Side forwarding = new Side();
  private @Nullable Ruleset ruleset;
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

  /**
   * The id of the workload endpoint behind this interface, {@link #NOT_A_WORKLOAD} if its name is
   * no workload's, or another negative number if it is and there is no endpoint.
   */
  int workload(Ruleset current, int interfaceIndex) {
    refresh(current);
    int known = workloads.get(interfaceIndex);
    return known != Side.UNKNOWN
        ? known
        : workloads.put(interfaceIndex, findWorkload(current, interfaceIndex));
  }

  private int findWorkload(Ruleset current, int interfaceIndex) {
    String name = interfaceName.apply(interfaceIndex);
    if (name == null) {
      return NO_ENDPOINT; // gone: what it was, nobody can say
    }
    int endpoint = current.policy().workloadEndpoint(name);
    return endpoint < 0 && !isWorkload(current, name) ? NOT_A_WORKLOAD : endpoint;
  }

  private static boolean isWorkload(Ruleset current, String name) {
    return current.workloadPrefixes().stream().anyMatch(name::startsWith);
  }

  /** The id of the host endpoint of this interface, or a negative number. */
  int host(Ruleset current, int interfaceIndex) {
    refresh(current);
    int known = hosts.get(interfaceIndex);
    return known != Side.UNKNOWN
        ? known
        : hosts.put(interfaceIndex, findHost(current, interfaceIndex));
  }

  private int findHost(Ruleset current, int interfaceIndex) {
    String name = interfaceName.apply(interfaceIndex);
    return name == null
        ? NO_ENDPOINT
        : current.policy().hostEndpoint(name, interfaceAddresses.apply(name));
  }

  /**
   * The id of the host endpoint that judges what is forwarded out of this interface, or a negative
   * number; a workload's interface has none.
   */
  int forward(Ruleset current, int interfaceIndex) {
    refresh(current);
    int known = forwarding.get(interfaceIndex);
    return known != Side.UNKNOWN
        ? known
        : forwarding.put(interfaceIndex, findForward(current, interfaceIndex));
  }

  private int findForward(Ruleset current, int interfaceIndex) {
    String name = interfaceName.apply(interfaceIndex);
    return name == null || isWorkload(current, name)
        ? NO_ENDPOINT
        : findHost(current, interfaceIndex);
  }

  @SuppressWarnings("ReferenceEquality") // the same one, not one that is like it
  private void refresh(Ruleset current) {
    int now = change;
    if (ruleset != current || now != seenChange) {
      workloads.clear();
      hosts.clear();
      forwarding.clear();
      ruleset = current;
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
