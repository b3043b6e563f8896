// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;

/**
 * One entry of {@code dnsTrustedServers}: an address with an optional port, or a Kubernetes
 * service.
 *
 * <pre>
 * entry     = ip-entry | svc-entry
 * ip-entry  = IPv4 [ ":" port ] | IPv6 | "[" IPv6 "]" [ ":" port ]      port 53 if absent
 * svc-entry = "k8s-service:" [ namespace "/" ] name [ ":" port ]        kube-system if absent
 * </pre>
 */
sealed interface TrustedServerEntry {
  int DNS_PORT = 53;
  String SERVICE_PREFIX = "k8s-service:";
  String FORMS =
      "write 192.0.2.53, 192.0.2.53:5353, 2001:db8::53, [2001:db8::53]:5353 or"
          + " k8s-service:namespace/name:port";

  /** A server by its address. */
  record Address(TrustedServer server) implements TrustedServerEntry {
    @Override
    public String toString() {
      return server.toString();
    }
  }

  /** A server that only the Kubernetes source can resolve; port 0 means the service's first. */
  record KubernetesService(String namespace, String name, int port) implements TrustedServerEntry {
    @Override
    public String toString() {
      return SERVICE_PREFIX + namespace + "/" + name + (port == 0 ? "" : ":" + port);
    }
  }

  /**
   * The entry that this text is.
   *
   * @throws IllegalArgumentException if the text has none of the forms; the message says what is
   *     wrong with it
   */
  static TrustedServerEntry parse(String text) {
    if (text.startsWith(SERVICE_PREFIX)) {
      return parseService(text.substring(SERVICE_PREFIX.length()));
    }
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      if (close < 0) {
        throw new IllegalArgumentException("'[' without ']'");
      }
      String rest = text.substring(close + 1);
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        throw new IllegalArgumentException("\"" + rest + "\" after ']' is not a port");
      }
      return address(text.substring(1, close), rest.isEmpty() ? DNS_PORT : port(rest.substring(1)));
    }
    int colon = text.indexOf(':');
    if (colon >= 0 && colon == text.lastIndexOf(':')) {
      return address(text.substring(0, colon), port(text.substring(colon + 1)));
    }
    return address(text, DNS_PORT);
  }

  private static TrustedServerEntry address(String text, int port) {
    return new Address(new TrustedServer(IpAddress.parse(text), port));
  }

  private static TrustedServerEntry parseService(String text) {
    int slash = text.indexOf('/');
    String namespace = slash < 0 ? "kube-system" : text.substring(0, slash);
    String rest = text.substring(slash + 1);
    int colon = rest.indexOf(':');
    String name = colon < 0 ? rest : rest.substring(0, colon);
    int port = colon < 0 ? 0 : port(rest.substring(colon + 1));
    if (!isDnsLabel(namespace) || !isDnsLabel(name)) {
      throw new IllegalArgumentException(
          "a service is named by lower-case letters, digits and '-'");
    }
    return new KubernetesService(namespace, name, port);
  }

  private static boolean isDnsLabel(String text) {
    return text.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  }

  private static int port(String text) {
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a port from 1 to 65535");
  }
}
