// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.nfq.rules.Cidr;
import dev.namegate.nfq.rules.FailsafePort;
import dev.namegate.nfq.rules.IpProtocol;
import dev.namegate.policy.YamlObject;
import dev.namegate.policy.YamlValue;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A port that host endpoint policy never closes.
 *
 * <pre>
 * text     = [ protocol ":" ] [ net ":" ] port       protocol tcp if absent
 * protocol = "tcp" | "udp" | "sctp"
 * net      = IPv4-net | "[" IPv6-net "]"
 * object   = { protocol, port, net }                 the same
 * </pre>
 */
final class FailsafeType implements ValueType<FailsafePort> {
  private static final int MAX_PORT = 65_535;
  private static final String FORMS = "write 22, tcp:22, udp:10.0.0.0/8:53 or udp:[fd00::/8]:53";
  private static final Pattern TEXT =
      Pattern.compile("(?:([A-Za-z]+):)?(?:([0-9./]+|\\[[^\\[\\]]*\\]):)?([0-9]{1,5})");
  private static final Map<String, IpProtocol> PROTOCOLS =
      Map.of("tcp", IpProtocol.TCP, "udp", IpProtocol.UDP, "sctp", IpProtocol.SCTP);

  @Override
  public FailsafePort parse(String text) throws BadValueException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new BadValueException("\"" + text + "\" is not a port", FORMS);
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port < 1 || port > MAX_PORT) {
      throw new BadValueException("\"" + text + "\": the port is not from 1 to 65535", FORMS);
    }
    String net = matcher.group(2);
    String bare = net != null && net.startsWith("[") ? net.substring(1, net.length() - 1) : net;
    return new FailsafePort(protocol(matcher.group(1)), port, bare == null ? null : net(bare));
  }

  private static IpProtocol protocol(@Nullable String word) throws BadValueException {
    IpProtocol protocol = PROTOCOLS.get(word == null ? "tcp" : word.toLowerCase(Locale.ROOT));
    if (protocol == null) {
      throw new BadValueException(
          "\"" + word + "\" is not a protocol that has failsafe ports", "write tcp, udp or sctp");
    }
    return protocol;
  }

  private static Cidr net(String text) throws BadValueException {
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadValueException(String.valueOf(e.getMessage()), "write 10.0.0.0/8 or fd00::/8");
    }
  }

  @Override
  public @Nullable FailsafePort read(YamlValue value) {
    YamlObject object = value.asObject();
    if (object == null) {
      return null;
    }
    int errors = object.problems().errors();
    IpProtocol protocol = checked(object, "protocol", FailsafeType::protocol);
    if (!object.has("port")) {
      object.error("port", "is missing", "add \"port: 1 to 65535\"");
    }
    int port = object.integer("port", 1, MAX_PORT, 1);
    Cidr net = checked(object, "net", FailsafeType::net);
    object.finish();
    return object.problems().errors() > errors
        ? null
        : new FailsafePort(protocol == null ? IpProtocol.TCP : protocol, port, net);
  }

  private static <T> @Nullable T checked(YamlObject object, String key, TextType.Parser<T> parser) {
    String text = object.string(key);
    try {
      return text == null ? null : parser.parse(text);
    } catch (BadValueException e) {
      object.error(key, e.what(), e.suggestion());
      return null;
    }
  }

  @Override
  public String show(FailsafePort value) {
    Cidr net = value.net();
    String peers = "";
    if (net != null) {
      peers = net.address().isIpv4() ? net + ":" : "[" + net + "]:";
    }
    return value.protocol() + ":" + peers + value.port();
  }
}
