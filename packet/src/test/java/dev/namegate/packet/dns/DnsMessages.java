// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds one DNS message with an encoder of our own, to test decoders with: {@code
 * DnsMessages.reply(7, "a.example", DnsTypes.A).a("a.example", "203.0.113.7", 300).bytes()}.
 */
public final class DnsMessages {
  public static final int ANSWER = 1;
  public static final int AUTHORITY = 2;
  public static final int ADDITIONAL = 3;

  private static final int MAX_POINTER = 0x3fff;

  private record Entry(
      int section, DomainName owner, int type, int dnsClass, long ttl, Object data) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<DomainName, Integer> offsets = new HashMap<>();
  private final int id;
  private final Question question;
  private int flags;
  private boolean compressed = true;

  private DnsMessages(int id, int flags, Question question) {
    this.id = id;
    this.flags = flags;
    this.question = question;
  }

  /** A query with RD set, class IN. */
  public static DnsMessages query(int id, String name, int type) {
    return new DnsMessages(id, 0x0100, question(name, type));
  }

  /** A reply with RD and RA set, class IN, NOERROR, without any record yet. */
  public static DnsMessages reply(int id, String name, int type) {
    return new DnsMessages(id, 0x8180, question(name, type));
  }

  /** A reply to any question. */
  public static DnsMessages reply(int id, Question question) {
    return new DnsMessages(id, 0x8180, question);
  }

  private static Question question(String name, int type) {
    return new Question(DomainName.parse(name), type, DnsTypes.CLASS_IN);
  }

  public DnsMessages rcode(int rcode) {
    flags = (flags & ~0xf) | rcode;
    return this;
  }

  public DnsMessages opcode(int opcode) {
    flags = (flags & ~0x7800) | (opcode << 11);
    return this;
  }

  /** Sets the TC bit. */
  public DnsMessages truncated() {
    flags |= 0x0200;
    return this;
  }

  /** Writes every name out in full. */
  public DnsMessages uncompressed() {
    compressed = false;
    return this;
  }

  public DnsMessages cname(String owner, String target, long ttlSeconds) {
    return add(ANSWER, owner, DnsTypes.CNAME, ttlSeconds, DomainName.parse(target));
  }

  /** An A record in the ANSWER section. */
  public DnsMessages a(String owner, String address, long ttlSeconds) {
    return address(ANSWER, owner, IpAddress.parse(address), ttlSeconds);
  }

  /** An AAAA record in the ANSWER section. */
  public DnsMessages aaaa(String owner, String address, long ttlSeconds) {
    return address(ANSWER, owner, IpAddress.parse(address), ttlSeconds);
  }

  /** An A or AAAA record in any section. */
  public DnsMessages address(int section, String owner, IpAddress address, long ttlSeconds) {
    int type = address.isIpv4() ? DnsTypes.A : DnsTypes.AAAA;
    return add(section, owner, type, ttlSeconds, address.bytes());
  }

  /** This edge as a record of the ANSWER section. */
  public DnsMessages edge(Edge edge) {
    String owner = edge.owner().toString();
    return edge instanceof AliasEdge alias
        ? cname(owner, alias.target().toString(), edge.ttlSeconds())
        : address(ANSWER, owner, ((AddressEdge) edge).address(), edge.ttlSeconds());
  }

  /** Any record, with RDATA as given. */
  public DnsMessages record(
      int section, String owner, int type, int dnsClass, long ttl, byte[] data) {
    entries.add(new Entry(section, DomainName.parse(owner), type, dnsClass, ttl, data.clone()));
    return this;
  }

  /** An OPT record with these upper eight bits of the RCODE. */
  public DnsMessages opt(int payloadSize, int extendedRcode) {
    return record(
        ADDITIONAL, ".", DnsTypes.OPT, payloadSize, (long) extendedRcode << 24, new byte[0]);
  }

  private DnsMessages add(int section, String owner, int type, long ttl, Object data) {
    entries.add(new Entry(section, DomainName.parse(owner), type, DnsTypes.CLASS_IN, ttl, data));
    return this;
  }

  /** The message in wire form. */
  public byte[] bytes() {
    offsets.clear();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    u16(out, id);
    u16(out, flags);
    u16(out, 1);
    for (int section = ANSWER; section <= ADDITIONAL; section++) {
      int wanted = section;
      u16(out, (int) entries.stream().filter(e -> e.section == wanted).count());
    }
    name(out, question.name());
    u16(out, question.type());
    u16(out, question.dnsClass());
    for (int section = ANSWER; section <= ADDITIONAL; section++) {
      for (Entry entry : entries) {
        if (entry.section == section) {
          record(out, entry);
        }
      }
    }
    return out.toByteArray();
  }

  private void record(ByteArrayOutputStream out, Entry entry) {
    name(out, entry.owner);
    u16(out, entry.type);
    u16(out, entry.dnsClass);
    u16(out, (int) (entry.ttl >>> 16));
    u16(out, (int) entry.ttl);
    if (entry.data instanceof DomainName target) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      name(data, target, out.size() + 2);
      u16(out, data.size());
      out.writeBytes(data.toByteArray());
    } else {
      byte[] data = (byte[]) entry.data;
      u16(out, data.length);
      out.writeBytes(data);
    }
  }

  private void name(ByteArrayOutputStream out, DomainName name) {
    name(out, name, out.size());
  }

  /** Writes a name of which the first octet stands at {@code start} of the message. */
  private void name(ByteArrayOutputStream out, DomainName name, int start) {
    byte[] wire = name.toWire();
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      byte[] rest = new byte[wire.length - at];
      System.arraycopy(wire, at, rest, 0, rest.length);
      DomainName suffix = DomainName.ofWire(rest);
      Integer seen = offsets.get(suffix);
      if (compressed && seen != null) {
        u16(out, 0xc000 | seen);
        return;
      }
      if (start + at <= MAX_POINTER) {
        offsets.putIfAbsent(suffix, start + at);
      }
      out.write(wire, at, wire[at] + 1);
    }
    out.write(0);
  }

  private static void u16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }
}
