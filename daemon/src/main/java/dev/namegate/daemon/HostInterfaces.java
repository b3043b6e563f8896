// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.packet.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The interfaces of this host and the addresses they have now. */
public final class HostInterfaces {
  private HostInterfaces() {}

  /** The addresses of the interface of this name; none if there is no such interface. */
  public static List<IpAddress> addresses(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found == null ? List.of() : addresses(found);
    } catch (SocketException e) {
      return List.of();
    }
  }

  /** Whether some interface of this host has the address now; no, if they cannot be listed. */
  public static boolean isOfThisHost(IpAddress address) {
    try {
      return !withAnyOf(List.of(address)).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** The names of the interfaces that have one of these addresses. */
  public static List<String> withAnyOf(List<IpAddress> wanted) throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(each -> addresses(each).stream().anyMatch(wanted::contains))
        .map(NetworkInterface::getName)
        .toList();
  }

  private static List<IpAddress> addresses(NetworkInterface each) {
    List<IpAddress> addresses = new ArrayList<>();
    for (InetAddress address : Collections.list(each.getInetAddresses())) {
      addresses.add(IpAddress.ofBytes(address.getAddress()));
    }
    return List.copyOf(addresses);
  }
}
