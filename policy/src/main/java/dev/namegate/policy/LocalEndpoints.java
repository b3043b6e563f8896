// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The endpoints of one node that flows are decided for. */
final class LocalEndpoints {
  private final String node;

  LocalEndpoints(String node) {
    this.node = node;
  }

  /** Whether this is an endpoint of this node. */
  boolean isLocal(Resource object) {
    return object instanceof WorkloadEndpoint workload
        ? workload.node().equals(node)
        : object instanceof HostEndpoint host && host.node().equals(node);
  }

  /**
   * Those of this node that are used, by name: of several for one interface the one with the
   * smallest name counts.
   *
   * @param notUsed is told of each other one, and of the one that counts instead
   */
  List<Resource> used(Resources resources, BiConsumer<Resource, Resource> notUsed) {
    List<Resource> objects =
        Stream.<Resource>concat(
                resources.all(WorkloadEndpoint.class).stream(),
                resources.all(HostEndpoint.class).stream())
            .filter(object -> isLocal(object) && !hasNoAddress(object))
            .map(Named::new)
            .sorted()
            .map(Named::object)
            .toList();
    Map<String, Resource> byInterface = new HashMap<>();
    List<Resource> used = new ArrayList<>(objects.size());
    for (Resource object : objects) {
      String key = interfaceKey(object);
      Resource earlier = key.isEmpty() ? null : byInterface.putIfAbsent(key, object);
      if (earlier == null) {
        used.add(object);
      } else {
        notUsed.accept(object, earlier);
      }
    }
    return used;
  }

  /** A workload without an address is none, as Calico has it. */
  private static boolean hasNoAddress(Resource object) {
    return object instanceof WorkloadEndpoint workload && workload.addresses().isEmpty();
  }

  /** An endpoint in the order of names. */
  private record Named(String key, Resource object) implements Comparable<Named> {
    Named(Resource object) {
      this(object.metadata().namespace() + "/" + object.metadata().name(), object);
    }

    @Override
    public int compareTo(Named other) {
      int byKey = key.compareTo(other.key);
      return byKey != 0 ? byKey : object.id().kind().compareTo(other.object.id().kind());
    }
  }

  /** What only one endpoint can have; empty for a host endpoint that is given by address. */
  private static String interfaceKey(Resource object) {
    if (object instanceof WorkloadEndpoint workload) {
      return "workload " + workload.interfaceName();
    }
    String name = ((HostEndpoint) object).interfaceName();
    return name.isEmpty() ? "" : "host " + name;
  }

  /** The profiles that an endpoint names, in order. */
  static List<String> profiles(Resource endpoint) {
    return endpoint instanceof WorkloadEndpoint workload
        ? workload.profiles()
        : ((HostEndpoint) endpoint).profiles();
  }

  /** What the daemon is told of an endpoint. */
  static Endpoint endpoint(int id, Resource object, Programs.Set programs) {
    boolean workload = object instanceof WorkloadEndpoint;
    return new Endpoint(
        id,
        workload ? Endpoint.Kind.WORKLOAD : Endpoint.Kind.HOST,
        object.metadata().name(),
        workload ? object.metadata().namespace() : "",
        object instanceof WorkloadEndpoint w
            ? w.interfaceName()
            : ((HostEndpoint) object).interfaceName(),
        List.copyOf(
            object instanceof WorkloadEndpoint w
                ? w.addresses()
                : ((HostEndpoint) object).expectedAddresses()),
        programs.governed(),
        programs.governedForward(),
        programs.usesDomains());
  }
}
