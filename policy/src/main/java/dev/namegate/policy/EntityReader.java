// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.Rule.PortRange;
import dev.namegate.policy.Rule.Ports;
import dev.namegate.policy.Rule.ServiceAccounts;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the source or the destination of a rule.
 *
 * <p>A criterion that is there and empty is refused: Calico passes over it, and the rule then
 * matches everything.
 */
final class EntityReader {
  private static final int MAX_NETS = 256;
  private static final int MAX_PORTS = 50;
  private static final List<String> CRITERIA =
      List.of(
          "nets",
          "notNets",
          "selector",
          "notSelector",
          "namespaceSelector",
          "serviceAccounts",
          "ports",
          "notPorts",
          "domains",
          "services");

  private EntityReader() {}

  /** Reads the entity under this key; an empty one if there is none. */
  static Entity read(YamlObject rule, String key) {
    YamlObject entity = rule.object(key);
    if (entity == null) {
      return Entity.EMPTY;
    }
    for (String criterion : CRITERIA) {
      refuseEmpty(entity, criterion);
    }
    if (entity.has("services")) {
      entity.error(
          "services",
          "services of Kubernetes are not known here, and so not what this would match",
          "write nets, a selector or domains");
    }
    Entity read =
        new Entity(
            nets(entity, "nets"),
            nets(entity, "notNets"),
            Fields.selectorWithoutGlobal(entity, "selector"),
            Fields.selectorWithoutGlobal(entity, "notSelector"),
            namespaceSelector(entity),
            serviceAccounts(entity),
            ports(entity, "ports"),
            ports(entity, "notPorts"),
            Fields.domains(entity, "domains"));
    checkNotEverything(entity, read.notNets());
    entity.finish();
    return read;
  }

  static void refuseEmpty(YamlObject object, String key) {
    if (object.isEmpty(key)) {
      object.error(
          key,
          "is empty, and so would not limit what the rule matches",
          "write what it should match, or remove the key");
    }
  }

  private static List<Cidr> nets(YamlObject entity, String key) {
    checkCount(entity, key, MAX_NETS);
    return Fields.parsed(entity, key, text -> Cidr.parse(text, true));
  }

  private static void checkCount(YamlObject entity, String key, int max) {
    int count = entity.count(key);
    if (count > max) {
      entity.error(key, count + " elements, max=" + max, "use a GlobalNetworkSet or more rules");
    }
  }

  private static void checkNotEverything(YamlObject entity, List<Cidr> notNets) {
    for (Cidr net : notNets) {
      if (net.prefixLength() == 0) {
        entity.error("notNets", net + " excludes every address", "remove it, or remove the rule");
      }
    }
  }

  private static @Nullable Selector namespaceSelector(YamlObject entity) {
    Selector selector = Fields.selector(entity, "namespaceSelector");
    if (selector != null
        && !(selector instanceof Selector.Global)
        && selector.anyLeaf(Selector.Global.class::isInstance)) {
      entity.error(
          "namespaceSelector",
          "global() is joined with other conditions",
          "write global() alone, and the other namespaces in a rule of their own");
      return null;
    }
    return selector;
  }

  private static @Nullable ServiceAccounts serviceAccounts(YamlObject entity) {
    YamlObject object = entity.object("serviceAccounts");
    if (object == null) {
      return null;
    }
    refuseEmpty(object, "names");
    refuseEmpty(object, "selector");
    List<String> names = object.strings("names");
    for (String name : names) {
      Fields.checkForm(object, "names", name, Fields.DNS_SUBDOMAIN, 253, "name service accounts");
    }
    Selector selector = Fields.selectorWithoutGlobal(object, "selector");
    object.finish();
    return new ServiceAccounts(List.copyOf(names), selector);
  }

  private static Ports ports(YamlObject entity, String key) {
    checkCount(entity, key, MAX_PORTS);
    List<PortRange> ranges = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (YamlValue value : entity.values(key)) {
      if (value.isInteger()) {
        value.asInteger(1, 65535).ifPresent(port -> ranges.add(new PortRange(port, port)));
        continue;
      }
      String text = value.asString();
      if (text != null) {
        try {
          addPort(text, ranges, names);
        } catch (InvalidTextException e) {
          value.error(e.what(), e.suggestion());
        }
      }
    }
    return new Ports(List.copyOf(ranges), List.copyOf(names));
  }

  private static void addPort(String text, List<PortRange> ranges, List<String> names) {
    if (text.matches("[0-9]+")) {
      ranges.add(new PortRange(number(text, text), number(text, text)));
    } else if (text.matches("[0-9]+:[0-9]+")) {
      int colon = text.indexOf(':');
      int first = number(text.substring(0, colon), text);
      int last = number(text.substring(colon + 1), text);
      if (first > last) {
        throw new InvalidTextException(
            "range \"" + text + "\" is reversed", "write \"" + last + ":" + first + "\"");
      }
      ranges.add(new PortRange(first, last));
    } else if (text.matches("[0-9]+-[0-9]+")) {
      throw new InvalidTextException(
          "\"" + text + "\" would be the name of a port",
          "a range is written \"" + text.replace('-', ':') + "\"");
    } else if (Fields.PORT_NAME.matcher(text).matches()) {
      names.add(text);
    } else {
      throw new InvalidTextException(
          "\"" + text + "\" is not a port", "write 443, \"8000:8080\" or the name of a port");
    }
  }

  private static int number(String digits, String text) {
    int number = digits.length() > 5 ? 0 : Integer.parseInt(digits);
    if (number < 1 || number > 65535) {
      throw new InvalidTextException(
          "port \"" + text + "\" is out of range", "write numbers from 1 to 65535");
    }
    return number;
  }
}
