// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import java.util.Arrays;

/**
 * Decodes the messages that make nearly all of DNS, and gives up on any other: what it does not
 * take is left to dnsjava, whatever the matter with it.
 *
 * <p>It takes messages of which every record is an A, AAAA, CNAME, NS, PTR, SOA, HTTPS or SVCB, or
 * one OPT with no more than cookies and padding, and each is well-formed. Then it finds the chain
 * from the question as {@link AnswerChain} does, in the same order. That both ways agree is what
 * {@code DnsDifferentialTest} shows.
 *
 * <p><b>Threading:</b> confined to the thread that decodes; a holder that is filled anew.
 *
 * <p><b>Bounds:</b> at most {@value #MAX_RECORDS} records. Allocates nothing but larger arrays for
 * names that are longer than any before.
 */
@HotPath
final class CommonMessage {
  static final int MAX_RECORDS = 256;

  private static final int TYPE_CLASS_TTL_LENGTH = 10;
  private static final int SOA_NUMBERS = 20;
  private static final int IPV4_LENGTH = 4;
  private static final int IPV6_LENGTH = 16;
  private static final int NO_NUMBER = -1;

  private final WireNames names = new WireNames();

  /** Of the records of class IN in the ANSWER section that make edges: owner, type, TTL, RDATA. */
  private final int[] owners = new int[MAX_RECORDS];

  private final int[] types = new int[MAX_RECORDS];
  private final int[] ttls = new int[MAX_RECORDS];
  private final int[] starts = new int[MAX_RECORDS];
  private final int[] ends = new int[MAX_RECORDS];

  /** The name that a CNAME, HTTPS or SVCB record leads to. */
  private final int[] targets = new int[MAX_RECORDS];

  private int records;

  /** The names that were reached, nearest first. */
  private final int[] reached = new int[WireNames.MAX_NAMES];

  private final boolean[] isReached = new boolean[WireNames.MAX_NAMES];

  /** The number of each name among the links, or -1. */
  private final int[] numbers = new int[WireNames.MAX_NAMES];

  private AnswerLinks links = new AnswerLinks();

  private byte[] message = {};
  private int length;
  private int at;
  private int questionType;
  private int questionClass;
  private int extendedRcode;
  private boolean hasOpt;

  /** Whether this message is one of the common ones; then the rest of this object is about it. */
  boolean take(byte[] octets, int size) {
    message = octets;
    length = size;
    names.clear();
    records = 0;
    extendedRcode = 0;
    hasOpt = false;
    int total = 0;
    for (int section = 1; section < DnsHeader.SECTIONS; section++) {
      total += DnsHeader.count(message, section);
    }
    if (total > MAX_RECORDS || !takeQuestion()) {
      return false;
    }
    for (int section = 1; section < DnsHeader.SECTIONS; section++) {
      for (int left = DnsHeader.count(message, section); left > 0; left--) {
        if (!takeRecord(section)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean takeQuestion() {
    if (names.read(message, DnsHeader.LENGTH, length, length) < 0 || names.end() + 4 > length) {
      return false;
    }
    at = names.end() + 4;
    questionType = DnsHeader.u16(message, at - 4);
    questionClass = DnsHeader.u16(message, at - 2);
    return true;
  }

  private boolean takeRecord(int section) {
    int owner = names.read(message, at, length, length);
    int fixed = names.end();
    if (owner < 0 || fixed + TYPE_CLASS_TTL_LENGTH > length) {
      return false;
    }
    int start = fixed + TYPE_CLASS_TTL_LENGTH;
    int end = start + DnsHeader.u16(message, fixed + 8);
    int type = DnsHeader.u16(message, fixed);
    if (end > length) {
      return false;
    }
    at = end;
    if (type == DnsTypes.OPT) {
      return section == DnsHeader.SECTIONS - 1
          && takeOpt(owner, fixed)
          && EdnsOptions.areCommon(message, start, end);
    }
    int target = checkData(type, start, end);
    if (target == WireNames.REFUSED) {
      return false;
    }
    boolean teaches = section == 1 && DnsHeader.u16(message, fixed + 2) == DnsTypes.CLASS_IN;
    if (teaches && type != DnsTypes.NS && type != DnsTypes.PTR && type != DnsTypes.SOA) {
      owners[records] = owner;
      types[records] = type;
      ttls[records] = DnsHeader.u32(message, fixed + 4);
      starts[records] = start;
      ends[records] = end;
      targets[records++] = target;
    }
    return true;
  }

  private boolean takeOpt(int owner, int fixed) {
    boolean first = !hasOpt;
    hasOpt = true;
    extendedRcode = message[fixed + 4] & 0xff;
    return first && names.isRoot(owner);
  }

  /** The name that such RDATA leads to, 0 where none does, or {@link WireNames#REFUSED}. */
  private int checkData(int type, int start, int end) {
    return switch (type) {
      case DnsTypes.A -> end - start == IPV4_LENGTH ? 0 : WireNames.REFUSED;
      case DnsTypes.AAAA -> end - start == IPV6_LENGTH ? 0 : WireNames.REFUSED;
      case DnsTypes.CNAME, DnsTypes.NS, DnsTypes.PTR -> endingName(start, end);
      case DnsTypes.SOA ->
          names.read(message, start, end, length) < 0
              ? WireNames.REFUSED
              : endingName(names.end(), end - SOA_NUMBERS);
      case DnsTypes.HTTPS, DnsTypes.SVCB -> checkService(start, end);
      default -> WireNames.REFUSED;
    };
  }

  private int endingName(int start, int end) {
    int name = names.read(message, start, end, length);
    return name >= 0 && names.end() == end ? name : WireNames.REFUSED;
  }

  private int checkService(int start, int end) {
    int target = names.read(message, start + 2, end, length);
    if (target < 0) {
      return WireNames.REFUSED;
    }
    int previous = ServiceParameters.MANDATORY; // that one is left to dnsjava
    int parameter = names.end();
    while (parameter < end) {
      int next = ServiceParameters.next(message, parameter, end);
      int key = next < 0 ? previous : DnsHeader.u16(message, parameter);
      if (key <= previous || !ServiceParameters.isWellFormed(message, parameter, next)) {
        return WireNames.REFUSED;
      }
      previous = key;
      parameter = next;
    }
    return target;
  }

  /** The upper eight bits of the RCODE. */
  int extendedRcode() {
    return extendedRcode;
  }

  /** The question's name in canonical wire form, up to {@link #questionNameLength}. Borrowed. */
  byte[] questionName() {
    return names.octets();
  }

  int questionNameLength() {
    return names.end(0);
  }

  int questionType() {
    return questionType;
  }

  int questionClass() {
    return questionClass;
  }

  /** Adds what {@link DnsMessage#links} has to no links. */
  void addLinks(boolean addressHints, AnswerLinks to) {
    links = to;
    Arrays.fill(numbers, 0, names.count(), NO_NUMBER);
    Arrays.fill(isReached, 0, names.count(), false);
    reached[0] = 0;
    isReached[0] = true;
    int count = 1;
    int from = 0;
    for (int depth = 0; depth <= AnswerChain.MAX_DEPTH && from < count; depth++) {
      int level = count;
      for (; from < level; from++) {
        for (int i = 0; i < records; i++) {
          if (owners[i] == reached[from]) {
            count = follow(i, depth < AnswerChain.MAX_DEPTH, addressHints, count);
          }
        }
      }
    }
  }

  /** Takes the edges of one record; how many names are reached now. */
  private int follow(int record, boolean leadsOn, boolean addressHints, int count) {
    switch (types[record]) {
      case DnsTypes.A ->
          addAddresses(owners[record], record, starts[record], ends[record], IPV4_LENGTH);
      case DnsTypes.AAAA ->
          addAddresses(owners[record], record, starts[record], ends[record], IPV6_LENGTH);
      case DnsTypes.CNAME -> {
        return leadsOn ? addAlias(record, count) : count;
      }
      default -> {
        return addressHints ? followService(record, leadsOn, count) : count;
      }
    }
    return count;
  }

  private int followService(int record, boolean leadsOn, int count) {
    int owner = owners[record];
    int target = targets[record];
    boolean itself = names.isRoot(target) || target == owner;
    if (!itself && !leadsOn) {
      return count;
    }
    int now = itself ? count : addAlias(record, count);
    if (DnsHeader.u16(message, starts[record]) != 0) {
      // The target's name ends where the parameters start; it was read before.
      names.skip(message, starts[record] + 2);
      int parameters = names.end();
      int hinted = itself ? owner : target;
      addHints(hinted, record, parameters, ServiceParameters.IPV4HINT, IPV4_LENGTH);
      addHints(hinted, record, parameters, ServiceParameters.IPV6HINT, IPV6_LENGTH);
    }
    return now;
  }

  private void addHints(int owner, int record, int parameters, int key, int size) {
    for (int at = parameters; at < ends[record]; ) {
      int next = ServiceParameters.next(message, at, ends[record]);
      if (DnsHeader.u16(message, at) == key) {
        addAddresses(owner, record, at + ServiceParameters.HEADER, next, size);
      }
      at = next;
    }
  }

  private void addAddresses(int owner, int record, int start, int end, int size) {
    int number = start < end ? number(owner) : NO_NUMBER;
    for (int at = start; at < end; at += size) {
      boolean ipv4 = size == IPV4_LENGTH;
      long hi = ipv4 ? 0 : DnsHeader.u64(message, at);
      long lo =
          ipv4 ? IpAddress.ipv4Lo(DnsHeader.u32(message, at)) : DnsHeader.u64(message, at + 8);
      links.addAddress(number, hi, lo, ttlSeconds(record));
    }
  }

  private int addAlias(int record, int count) {
    int target = targets[record];
    int owner = number(owners[record]);
    links.addAlias(owner, number(target), ttlSeconds(record));
    if (isReached[target]) {
      return count;
    }
    isReached[target] = true;
    reached[count] = target;
    return count + 1;
  }

  /** The number that this name has among the links, from now on if not before. */
  private int number(int name) {
    if (numbers[name] == NO_NUMBER) {
      numbers[name] = links.addName(names.octets(), names.start(name), names.end(name));
    }
    return numbers[name];
  }

  /** As on the wire, but 0 where the top bit is set. */
  private long ttlSeconds(int record) {
    return Math.max(0, ttls[record]);
  }
}
