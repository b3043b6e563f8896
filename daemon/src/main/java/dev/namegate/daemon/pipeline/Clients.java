// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.cache.DnsCache;
import dev.namegate.packet.HotPath;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who asks and who connects, as the numbers that the cache knows clients by: this host is one
 * client, each workload endpoint another. What is neither, such as a neighbour whose packets this
 * host forwards, is nobody; nobodies are told apart by nothing.
 *
 * <p>A workload keeps its number as long as every policy has it; a number is never given again, so
 * that a new workload inherits nothing from an old one that had its address.
 *
 * <p><b>Threading:</b> immutable, but that {@code ofThisHost} is asked anew each time by {@link
 * #endpointAt} and {@link #at}.
 */
public final class Clients {
  /** The client that is neither this host nor a workload. */
  public static final int NOBODY = DnsCache.ANYONE;

  /** This host. */
  public static final int HOST = 1;

  /** No client has this number. */
  public static final int NONE = -1;

  private static final int FIRST_WORKLOAD = 2;

  /** What {@link #NOBODY} is called. */
  public static final String NOBODY_NAME = "-";

  private static final String HOST_NAME = "host";

  private final boolean perClient;
  private final OwnAddresses ofThisHost;
  private final ClientIndex index;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final int[] ofEndpoint;
  private int next;

  /**
   * The clients of a first policy.
   *
   * @param perClient whether what a client is told counts for that client alone
   * @param ofThisHost asked about addresses that no workload has
   */
  public static Clients of(CompiledPolicy policy, boolean perClient, OwnAddresses ofThisHost) {
    return new Clients(policy, perClient, ofThisHost, Map.of(), FIRST_WORKLOAD);
  }

  private Clients(
      CompiledPolicy policy,
      boolean perClient,
      OwnAddresses ofThisHost,
      Map<String, Integer> known,
      int next) {
    this.perClient = perClient;
    this.ofThisHost = ofThisHost;
    this.next = next;
    index = new ClientIndex(policy, ofThisHost);
    add(NOBODY_NAME, NOBODY);
    add(HOST_NAME, HOST);
    ofEndpoint = new int[policy.endpoints().size()];
    Arrays.fill(ofEndpoint, HOST);
    for (Endpoint endpoint : policy.endpoints()) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD) {
        String name = "workload:" + endpoint.namespace() + "/" + endpoint.name();
        Integer number = known.get(name);
        ofEndpoint[endpoint.id()] = number == null ? this.next++ : number;
        add(name, ofEndpoint[endpoint.id()]);
      }
    }
  }

  private void add(String name, int number) {
    numbers.put(name, number);
    names.put(number, name);
  }

  /** The clients of the next policy. */
  public Clients next(CompiledPolicy policy) {
    return new Clients(policy, perClient, ofThisHost, numbers, next);
  }

  /** Whether what a client is told counts for that client alone. */
  public boolean perClient() {
    return perClient;
  }

  /** The client that an endpoint's flows are of; {@link #NOBODY} for a negative id. */
  @HotPath
  public int ofEndpoint(int endpoint) {
    return endpoint < 0 ? NOBODY : ofEndpoint[endpoint];
  }

  /** For whom has to be learnt what this endpoint's policy is asked about. */
  @HotPath
  public int scopeOfEndpoint(int endpoint) {
    return perClient ? ofEndpoint(endpoint) : DnsCache.ANYONE;
  }

  /** The id of the endpoint that has an address; see {@link ClientIndex#endpoint}. */
  public int endpointAt(long hi, long lo) {
    return index.endpoint(hi, lo);
  }

  /** The client that has an address. */
  public int at(long hi, long lo) {
    int endpoint = endpointAt(hi, lo);
    return endpoint == ClientIndex.HOST ? HOST : ofEndpoint(endpoint);
  }

  /** For whom counts what goes to an address. */
  public int scopeAt(long hi, long lo) {
    return perClient ? at(hi, lo) : DnsCache.ANYONE;
  }

  /** What a client is called, also by the next daemon; null if it is gone. */
  public @Nullable String name(int client) {
    return names.get(client);
  }

  /** The client of this name, or {@link #NONE}. */
  public int named(String name) {
    return numbers.getOrDefault(name, NONE);
  }
}
