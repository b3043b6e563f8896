// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SVCBBase;
import org.xbill.DNS.Section;

/**
 * What a message teaches, by the letter of {@code docs/dns.md} over dnsjava's {@link Message}, in
 * the plainest way there is; shares no code with what it judges.
 */
final class DnsjavaOracle {
  private static final int MAX_ALIASES = 16;

  /** Numbers of this project's rule about pointers to pointers. */
  private static final int LONG_MESSAGE = 4_096;

  private static final int MAX_POINTERS = 4;

  /**
   * What came of a message.
   *
   * @param status as {@code ParseStatus} names it
   * @param question name, class and type; empty without one
   * @param edges each as one line
   */
  record Result(String status, int rcode, String question, Set<String> edges) {}

  private record Link(Name owner, boolean alias, Name leadsTo, String line) {}

  private DnsjavaOracle() {}

  static Result judge(byte[] octets, boolean reply, boolean addressHints) {
    try {
      if (octets.length < Header.LENGTH || octets.length > 65_535) {
        return refused("bad_dns_message", 0);
      }
      Header header = new Header(octets);
      int rcode = header.getRcode();
      if (header.getFlag(Flags.QR) != reply) {
        return refused("dns_wrong_direction", rcode);
      }
      if (header.getOpcode() != Opcode.QUERY) {
        return refused("dns_not_query", rcode);
      }
      if (header.getCount(Section.QUESTION) != 1) {
        return refused("dns_question_count", rcode);
      }
      Message message = parse(octets, header);
      if (message == null) {
        return refused("bad_dns_message", rcode);
      }
      Record asked = message.getQuestion();
      Set<String> edges = new TreeSet<>();
      if (reply && message.getRcode() == Rcode.NOERROR && asked.getDClass() == DClass.IN) {
        edges = reachable(asked.getName(), links(message, addressHints));
      }
      String question = text(asked.getName()) + " " + asked.getDClass() + " " + asked.getType();
      return new Result("ok", message.getRcode(), question, edges);
    } catch (IOException e) {
      throw new IllegalStateException("the header alone always decodes", e);
    }
  }

  private static Result refused(String status, int rcode) {
    return new Result(status, rcode, "", Set.of());
  }

  /** The message, or null if dnsjava cannot read all of it. */
  private static Message parse(byte[] octets, Header header) {
    if (octets.length > LONG_MESSAGE && hasPointersInARow(octets)) {
      return null;
    }
    try {
      Message message = new Message(octets);
      for (int section = Section.QUESTION; section <= Section.ADDITIONAL; section++) {
        if (message.getSection(section).size() != header.getCount(section)) {
          return null;
        }
      }
      return message;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static boolean hasPointersInARow(byte[] octets) {
    for (int start = 0; start + 1 < octets.length; start++) {
      int hops = 0;
      int at = start;
      while (at + 1 < octets.length && (octets[at] & 0xc0) == 0xc0) {
        int target = (octets[at] & 0x3f) << 8 | (octets[at + 1] & 0xff);
        if (target >= at) {
          break;
        }
        at = target;
        if (++hops > MAX_POINTERS) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Link> links(Message message, boolean addressHints) throws IOException {
    List<Link> links = new ArrayList<>();
    for (Record record : message.getSection(Section.ANSWER)) {
      if (record.getDClass() != DClass.IN) {
        continue;
      }
      Name owner = record.getName();
      if (record instanceof ARecord a) {
        links.add(address(owner, owner, a.getAddress().getAddress(), record.getTTL()));
      } else if (record instanceof AAAARecord aaaa) {
        links.add(address(owner, owner, aaaa.rdataToWireCanonical(), record.getTTL()));
      } else if (record instanceof CNAMERecord cname) {
        links.add(alias(owner, cname.getTarget(), record.getTTL()));
      } else if (record instanceof SVCBBase service && addressHints) {
        addService(links, service);
      }
    }
    return links;
  }

  private static void addService(List<Link> links, SVCBBase service) {
    Name owner = service.getName();
    Name target = service.getTargetName();
    boolean toItself = target.equals(Name.root) || target.equals(owner);
    if (!toItself) {
      links.add(alias(owner, target, service.getTTL()));
    }
    if (service.getSvcPriority() == 0) {
      return;
    }
    for (int key : new int[] {SVCBBase.IPV4HINT, SVCBBase.IPV6HINT}) {
      SVCBBase.ParameterBase hints = service.getSvcParamValue(key);
      int length = key == SVCBBase.IPV4HINT ? 4 : 16;
      byte[] octets = hints == null ? new byte[0] : hints.toWire();
      for (int at = 0; at < octets.length; at += length) {
        byte[] address = Arrays.copyOfRange(octets, at, at + length);
        links.add(address(owner, toItself ? owner : target, address, service.getTTL()));
      }
    }
  }

  private static Link alias(Name owner, Name target, long ttl) {
    return new Link(owner, true, target, text(owner) + " -> " + text(target) + " " + seconds(ttl));
  }

  private static Link address(Name owner, Name of, byte[] address, long ttl) {
    return new Link(owner, false, of, text(of) + " = " + text(address) + " " + seconds(ttl));
  }

  /** Follows every alias, one step further each round. */
  private static Set<String> reachable(Name question, List<Link> links) {
    Set<String> lines = new TreeSet<>();
    Set<Name> names = new HashSet<>(Set.of(question));
    for (int round = 0; round <= MAX_ALIASES; round++) {
      Set<Name> next = new HashSet<>(names);
      for (Link link : links) {
        boolean further = link.alias() || !link.leadsTo().equals(link.owner());
        if (names.contains(link.owner()) && (round < MAX_ALIASES || !further)) {
          lines.add(link.line());
          if (link.alias()) {
            next.add(link.leadsTo());
          }
        }
      }
      names = next;
    }
    return lines;
  }

  private static long seconds(long ttl) {
    return ttl > 0x7fff_ffffL ? 0 : ttl;
  }

  /** An address in hexadecimal digits, an IPv4-mapped one as the IPv4 address. */
  static String text(byte[] address) {
    boolean mapped = address.length == 16 && address[10] == -1 && address[11] == -1;
    for (int i = 0; mapped && i < 10; i++) {
      mapped = address[i] == 0;
    }
    byte[] octets = mapped ? Arrays.copyOfRange(address, 12, 16) : address;
    StringBuilder text = new StringBuilder();
    for (byte octet : octets) {
      text.append(String.format("%02x", octet));
    }
    return text.toString();
  }

  static String text(Name name) {
    return name.canonicalize().toString();
  }
}
