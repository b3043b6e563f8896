// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * DNS messages of every kind that a server could send, and some that none would: made octet by
 * octet, with no decoder's idea of what is legal.
 *
 * <p>The same seed makes the same messages.
 */
final class GeneratedMessages {
  private static final int[] TTLS = {
    0, 1, 60, 86_400, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x00ff_ff00
  };
  private static final int[] OTHER_CLASSES = {0, 3, 4, 254, 255, 1_232, 65_535};
  private static final int[] TAUGHT = {
    DnsTypes.A, DnsTypes.AAAA, DnsTypes.CNAME, DnsTypes.HTTPS, DnsTypes.SVCB
  };

  private final SplittableRandom random;
  private final List<List<byte[]>> names = new ArrayList<>();

  private ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Where in the message names begin, or rests of names: what a pointer may point to. */
  private final List<Integer> starts = new ArrayList<>();

  private int pointersInHundred;

  /** Many records, and none with a mistake: one would spoil the message. */
  private boolean large;

  GeneratedMessages(SplittableRandom random) {
    this.random = random;
  }

  /** One message; most of them replies that decode. */
  byte[] next() {
    out = new ByteArrayOutputStream();
    starts.clear();
    pointersInHundred = one(0, 10, 60);
    chooseNames();
    int questions = oneIn(60) ? random.nextInt(4) : 1;
    int[] records = {recordsOfAnswer(), few(), few()};
    u16(random.nextInt(65_536));
    u16(flags());
    u16(questions);
    for (int count : records) {
      u16(count);
    }
    for (int i = 0; i < questions; i++) {
      name(i == 0 ? names.get(0) : anyName());
      u16(oneIn(3) ? random.nextInt(300) : one(TAUGHT));
      u16(dnsClass());
    }
    boolean chain = oneIn(6);
    for (int i = 0; i < records[0]; i++) {
      if (chain) {
        link(i);
      } else {
        record(mistake(20) ? anyType() : one(TAUGHT), false);
      }
    }
    for (int i = 0; i < records[1] + records[2]; i++) {
      record(oneIn(3) ? DnsTypes.OPT : oneIn(4) ? anyType() : one(TAUGHT), true);
    }
    return out.toByteArray();
  }

  private int recordsOfAnswer() {
    large = oneIn(400);
    if (large) {
      // Around the bounds of the decoder of common messages, and beyond 4,096 octets.
      return random.nextInt(120, 400);
    }
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> random.nextInt(40);
      default -> random.nextInt(1, 8);
    };
  }

  private int few() {
    return oneIn(2) ? 0 : random.nextInt(3);
  }

  private int flags() {
    int rcode = oneIn(10) ? random.nextInt(16) : 0;
    int opcode = oneIn(40) ? random.nextInt(16) : 0;
    int truncated = oneIn(12) ? 0x0200 : 0;
    int query = oneIn(40) ? 0 : 0x8000;
    int others = random.nextInt(4) << 7 & 0x0580;
    return query | opcode << 11 | truncated | others | rcode;
  }

  private int dnsClass() {
    return oneIn(20) ? one(OTHER_CLASSES) : DnsTypes.CLASS_IN;
  }

  private int anyType() {
    return oneIn(4) ? random.nextInt(65_536) : random.nextInt(66);
  }

  /** A CNAME to the next name of a long row, and now and then an address. */
  private void link(int number) {
    List<byte[]> from = numbered(oneIn(60) ? random.nextInt(40) : number);
    if (number == 0) {
      from = names.get(0);
    }
    boolean address = oneIn(4);
    name(from);
    u16(address ? DnsTypes.A : DnsTypes.CNAME);
    u16(DnsTypes.CLASS_IN);
    u32(number);
    withLength(() -> data(address ? DnsTypes.A : DnsTypes.CNAME, numbered(number + 1)));
  }

  private static List<byte[]> numbered(int number) {
    return List.of(("n" + number).getBytes(StandardCharsets.US_ASCII));
  }

  private void record(int type, boolean elsewhere) {
    name(type == DnsTypes.OPT && elsewhere ? List.of() : oneIn(3) ? names.get(0) : anyName());
    u16(type);
    u16(dnsClass());
    u32(oneIn(3) ? one(TTLS) : random.nextInt(100_000));
    withLength(() -> data(type, anyName()));
  }

  private void data(int type, List<byte[]> target) {
    switch (type) {
      case DnsTypes.A -> octets(mistake(200) ? random.nextInt(8) : 4);
      case DnsTypes.AAAA -> ipv6(mistake(200) ? random.nextInt(20) : 16);
      case DnsTypes.CNAME, DnsTypes.NS, DnsTypes.PTR, DnsTypes.DNAME -> name(target);
      case DnsTypes.SVCB, DnsTypes.HTTPS -> service(target);
      case DnsTypes.MX -> {
        u16(random.nextInt(100));
        name(target);
      }
      case DnsTypes.SRV -> {
        octets(6);
        name(target);
      }
      case DnsTypes.SOA -> {
        name(target);
        name(anyName());
        octets(20);
      }
      case DnsTypes.TXT -> {
        for (int strings = random.nextInt(1, 4); strings > 0; strings--) {
          characterString();
        }
      }
      case DnsTypes.OPT -> {
        for (int options = random.nextInt(3); options > 0; options--) {
          u16(oneIn(3) ? random.nextInt(20) : one(10, 12));
          withLength(() -> octets(oneIn(3) ? random.nextInt(48) : one(0, 8, 16)));
        }
      }
      default -> octets(random.nextInt(40));
    }
  }

  private void service(List<byte[]> target) {
    u16(oneIn(4) ? 0 : random.nextInt(20));
    name(oneIn(2) ? List.of() : target);
    int key = 0;
    for (int parameters = random.nextInt(4); parameters > 0; parameters--) {
      key = mistake(30) ? random.nextInt(8) : key + random.nextInt(1, 4);
      int chosen = key;
      u16(chosen);
      withLength(() -> parameter(chosen));
    }
  }

  private void parameter(int key) {
    switch (mistake(100) ? 99 : key) {
      case 0 -> u16(random.nextInt(4));
      case 1 -> characterString();
      case 2 -> {}
      case 3 -> u16(443);
      case 4 -> octets(4 * random.nextInt(4));
      case 6 -> {
        for (int hints = random.nextInt(3); hints > 0; hints--) {
          ipv6(16);
        }
      }
      default -> octets(random.nextInt(20));
    }
  }

  private void ipv6(int length) {
    if (oneIn(8) && length == 16) {
      out.writeBytes(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});
      octets(4);
    } else {
      octets(length);
    }
  }

  private void characterString() {
    int length = random.nextInt(12);
    out.write(length);
    octets(length);
  }

  private void octets(int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    out.writeBytes(octets);
  }

  /** What this writes, behind its length. */
  private void withLength(Runnable data) {
    ByteArrayOutputStream whole = out;
    int start = whole.size() + 2;
    // The same offsets as in the message: the octets before are there, too.
    out = new ByteArrayOutputStream();
    out.writeBytes(whole.toByteArray());
    u16(0);
    data.run();
    byte[] octets = out.toByteArray();
    int length = octets.length - start;
    octets[start - 2] = (byte) (length >>> 8);
    octets[start - 1] = (byte) length;
    out = whole;
    out.write(octets, start - 2, length + 2);
  }

  /** Few names, so that records meet; some of them as long or as odd as names may be. */
  private void chooseNames() {
    names.clear();
    int count = random.nextInt(2, 7);
    for (int i = 0; i < count; i++) {
      List<byte[]> name = new ArrayList<>();
      if (i > 0 && oneIn(2)) {
        name.add(label());
        name.addAll(names.get(random.nextInt(i)));
      } else {
        for (int labels = random.nextInt(5); labels > 0; labels--) {
          name.add(label());
        }
      }
      if (oneIn(30)) {
        while (lengthOf(name) < 192) {
          name.add(0, oneIn(2) ? new byte[63] : label());
        }
        name.add(0, new byte[Math.min(63, Math.max(1, 254 - lengthOf(name)))]);
      }
      names.add(name);
    }
  }

  private static int lengthOf(List<byte[]> name) {
    return 1 + name.stream().mapToInt(label -> label.length + 1).sum();
  }

  private byte[] label() {
    byte[] label = new byte[oneIn(40) ? 63 : random.nextInt(1, 6)];
    boolean odd = oneIn(10);
    for (int i = 0; i < label.length; i++) {
      label[i] = (byte) (odd ? random.nextInt(256) : 'a' + random.nextInt(3));
    }
    return label;
  }

  private List<byte[]> anyName() {
    return names.get(random.nextInt(names.size()));
  }

  /** Writes the labels in any case; the rest may become a pointer to anywhere it stands. */
  private void name(List<byte[]> labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (random.nextInt(100) < pointersInHundred && pointer(labels.subList(i, labels.size()))) {
        return;
      }
      starts.add(out.size());
      byte[] label = labels.get(i);
      out.write(label.length);
      for (byte octet : label) {
        boolean letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
        out.write(letter && random.nextBoolean() ? octet ^ 0x20 : octet);
      }
    }
    out.write(0);
  }

  /** Writes a pointer to where these labels stand already, or, seldom, to some other name. */
  private boolean pointer(List<byte[]> labels) {
    byte[] message = out.toByteArray();
    List<Integer> fitting = new ArrayList<>();
    boolean any = oneIn(50);
    for (int start : starts) {
      if (start < 0x4000 && (any || stands(labels, message, start))) {
        fitting.add(start);
      }
    }
    if (fitting.isEmpty()) {
      return false;
    }
    starts.add(out.size());
    u16(0xc000 | fitting.get(random.nextInt(fitting.size())));
    return true;
  }

  private static boolean stands(List<byte[]> labels, byte[] message, int start) {
    int at = start;
    for (byte[] label : labels) {
      while (at + 1 < message.length && (message[at] & 0xc0) == 0xc0) {
        at = (message[at] & 0x3f) << 8 | (message[at + 1] & 0xff);
      }
      if (at + label.length >= message.length || message[at] != label.length) {
        return false;
      }
      for (int i = 0; i < label.length; i++) {
        if ((message[at + 1 + i] | 0x20) != (label[i] | 0x20)) {
          return false;
        }
      }
      at += label.length + 1;
    }
    while (at + 1 < message.length && (message[at] & 0xc0) == 0xc0) {
      at = (message[at] & 0x3f) << 8 | (message[at + 1] & 0xff);
    }
    return at < message.length && message[at] == 0;
  }

  private boolean mistake(int oneIn) {
    return !large && oneIn(oneIn);
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  private int one(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void u16(int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  private void u32(int value) {
    u16(value >>> 16);
    u16(value);
  }
}
