// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.IpPacket;
import dev.namegate.policy.selector.Selector;
import dev.namegate.policy.selector.SelectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the forms of value that several kinds of object share. */
final class Fields {
  static final int MAX_SELECTOR_LENGTH = 1024;

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  static final Pattern DNS_LABEL = Pattern.compile(LABEL);
  static final Pattern DNS_SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  static final Pattern INTERFACE_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,15}");
  static final Pattern PORT_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

  /** In the spelling that problems show. */
  static final Map<String, Integer> PROTOCOLS =
      Map.of(
          "TCP", IpPacket.TCP,
          "UDP", IpPacket.UDP,
          "ICMP", IpPacket.ICMP,
          "ICMPv6", IpPacket.ICMPV6,
          "SCTP", IpPacket.SCTP,
          "UDPLite", IpPacket.UDPLITE);

  private Fields() {}

  /** A selector; null if the key is absent, its text is empty or it is no selector. */
  static @Nullable Selector selector(YamlObject object, String key) {
    YamlValue value = object.value(key);
    String text = value == null ? null : value.asString();
    if (value == null || text == null || text.isBlank()) {
      return null;
    }
    if (text.length() > MAX_SELECTOR_LENGTH) {
      value.error(
          "selector of " + text.length() + " characters, max=" + MAX_SELECTOR_LENGTH,
          "use \"in\" or a label that the objects share");
      return null;
    }
    try {
      return Selector.parse(text);
    } catch (SelectorException e) {
      value.error(
          "\""
              + text
              + "\" is not a selector: "
              + e.getMessage()
              + " at character "
              + (e.offset() + 1),
          e.suggestion());
      return null;
    }
  }

  /** As {@link #selector}, for all places but a rule's namespaceSelector. */
  static @Nullable Selector selectorWithoutGlobal(YamlObject object, String key) {
    Selector selector = selector(object, key);
    if (selector != null && selector.anyLeaf(Selector.Global.class::isInstance)) {
      object.error(
          key,
          "global() is not allowed here",
          "it has a meaning only as the namespaceSelector of a rule");
      return null;
    }
    return selector;
  }

  /** The elements of a list that parse; the others are reported. */
  static <T> List<T> parsed(YamlObject object, String key, Function<String, T> parse) {
    return parsed(object.values(key), parse);
  }

  /** The value of a key, if it parses; else it is reported. */
  static <T> List<T> parsedOne(YamlObject object, String key, Function<String, T> parse) {
    YamlValue value = object.value(key);
    return value == null ? List.of() : parsed(List.of(value), parse);
  }

  private static <T> List<T> parsed(List<YamlValue> values, Function<String, T> parse) {
    List<T> parsed = new ArrayList<>();
    for (YamlValue value : values) {
      String text = value.asString();
      if (text != null) {
        try {
          parsed.add(parse.apply(text));
        } catch (InvalidTextException e) {
          value.error(e.what(), e.suggestion());
        }
      }
    }
    return List.copyOf(parsed);
  }

  /** Domain patterns; what is legal and very wide gets a warning. */
  static List<DomainPattern> domains(YamlObject object, String key) {
    List<DomainPattern> patterns = new ArrayList<>();
    for (YamlValue value : object.values(key)) {
      String text = value.asString();
      if (text != null) {
        try {
          DomainPattern pattern = DomainPattern.parse(text);
          pattern
              .risk()
              .ifPresent(
                  risk ->
                      value.warning(
                          "\"" + text + "\" " + risk,
                          "write a longer suffix if that is not meant"));
          patterns.add(pattern);
        } catch (InvalidTextException e) {
          value.error(e.what(), e.suggestion());
        }
      }
    }
    return List.copyOf(patterns);
  }

  /** A protocol's number; {@link Rule#ANY} if the key is absent or its value is wrong. */
  static int protocol(YamlObject object, String key) {
    YamlValue value = object.value(key);
    if (value == null) {
      return Rule.ANY;
    }
    if (value.isInteger()) {
      return value.asInteger(1, 255).orElse(Rule.ANY);
    }
    String text = value.asString();
    if (text == null) {
      return Rule.ANY;
    }
    for (Map.Entry<String, Integer> known : PROTOCOLS.entrySet()) {
      if (known.getKey().equalsIgnoreCase(text)) {
        return known.getValue();
      }
    }
    if (text.matches("[1-9][0-9]{0,2}") && Integer.parseInt(text) <= 255) {
      return Integer.parseInt(text);
    }
    value.error(
        "\"" + text + "\" is not a protocol",
        "write TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or 1 to 255");
    return Rule.ANY;
  }

  /** Whether a protocol has ports that rules can name by number. */
  static boolean hasPorts(int protocol) {
    return protocol == IpPacket.TCP || protocol == IpPacket.UDP || protocol == IpPacket.SCTP;
  }

  /** The ports that an endpoint gives names. */
  static List<Resource.NamedPort> namedPorts(YamlObject endpoint, String... ignored) {
    List<Resource.NamedPort> ports = new ArrayList<>();
    for (YamlObject port : endpoint.objects("ports")) {
      String name = port.requiredString("name");
      if (!name.isEmpty() && !PORT_NAME.matcher(name).matches()) {
        port.error("name", "\"" + name + "\" is not the name of a port", "use letters and digits");
      }
      int protocol = protocol(port, "protocol");
      if (!port.has("protocol")) {
        port.error("protocol", "is missing", "add \"protocol: TCP\"");
      } else if (protocol != Rule.ANY && !hasPorts(protocol)) {
        port.error("protocol", "has no ports", "write TCP, UDP or SCTP");
      }
      if (!port.has("port")) {
        port.error("port", "is missing", "add \"port: 1 to 65535\"");
      }
      int number = port.integer("port", 1, 65535, 1);
      port.ignore(ignored);
      port.finish();
      ports.add(new Resource.NamedPort(name, protocol, number));
    }
    return List.copyOf(ports);
  }

  /** Reports a text that is there and is not of this form. */
  static void checkForm(
      YamlObject object, String key, String text, Pattern form, int maxLength, String advice) {
    if (!text.isEmpty() && (text.length() > maxLength || !form.matcher(text).matches())) {
      object.error(key, "\"" + text + "\" is not a valid name", advice);
    }
  }

  /** Names of profiles. */
  static List<String> profiles(YamlObject endpoint) {
    return parsed(
        endpoint,
        "profiles",
        text -> {
          if (text.isEmpty() || text.length() > 253) {
            throw new InvalidTextException("\"" + text + "\" is not a name", "name a Profile");
          }
          return text;
        });
  }
}
