// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of a test class and the outside addresses they lead to.
 *
 * <p>What one endpoint looks up opens the address for the whole node, so each name exists twice,
 * with {@code wl} and with {@code host} in place of {@code {e}}: a workload's lookup cannot make
 * the host's test pass. Every name has an address of its own in each family, and beside it a
 * <em>control name</em> that leads to the same address and that the policy of every class allows
 * ({@link #CONTROL}): by it a test shows that an address which was denied could have been reached.
 */
final class Sites {
  static final String CONTROL = "*.control.test";

  private static final List<String> ENDPOINTS = List.of("wl", "host");
  private static final int MAX_NUMBER = 254;
  private static final int DEFAULT_TTL = 300;

  /** Owner, type, data and time to live, before it takes a server's notation. */
  private record Entry(String owner, String type, String data, int ttlSeconds) {
    String dnsmasq() {
      return owner + " " + type + " " + data + " " + ttlSeconds;
    }

    String zoneFile() {
      String target = type.equals("CNAME") ? data + "." : data;
      return owner + ". " + ttlSeconds + " " + type + " " + target;
    }
  }

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private int last;

  /** These names, each with an address of its own. */
  Sites with(String... names) {
    for (String name : names) {
      with(name, DEFAULT_TTL);
    }
    return this;
  }

  /** This name, with an address of its own that lives so long. */
  Sites with(String name, int ttlSeconds) {
    for (String owner : bothOf(name)) {
      if (++last > MAX_NUMBER || numbers.put(owner, last) != null) {
        throw new IllegalArgumentException("no address left, or named before: " + owner);
      }
      addresses(owner, last, ttlSeconds);
      addresses(control(last), last, DEFAULT_TTL);
    }
    return this;
  }

  /** This name, with the address of another. */
  Sites same(String name, String other) {
    for (String endpoint : ENDPOINTS) {
      int number = number(other, endpoint);
      numbers.put(of(name, endpoint), number);
      addresses(of(name, endpoint), number, DEFAULT_TTL);
    }
    return this;
  }

  /** This name as an alias of another, whose address is then its own as well. */
  Sites alias(String name, String target, int ttlSeconds) {
    for (String endpoint : ENDPOINTS) {
      numbers.put(of(name, endpoint), number(target, endpoint));
      entries.add(new Entry(of(name, endpoint), "CNAME", of(target, endpoint), ttlSeconds));
    }
    return this;
  }

  private void addresses(String owner, int number, int ttlSeconds) {
    entries.add(new Entry(owner, "A", Vantage.outside(number, false), ttlSeconds));
    entries.add(new Entry(owner, "AAAA", Vantage.outside(number, true), ttlSeconds));
  }

  private static String control(int number) {
    return "n" + number + ".control.test";
  }

  /** The name's control name, as this endpoint has it. */
  String control(String name, Vantage vantage) {
    return control(number(name, vantage.endpoint()));
  }

  /** The name as this endpoint has it. */
  static String of(String name, Vantage vantage) {
    return of(name, vantage.endpoint());
  }

  private static String of(String name, String endpoint) {
    return name.replace("{e}", endpoint);
  }

  private static List<String> bothOf(String name) {
    return ENDPOINTS.stream().map(endpoint -> of(name, endpoint)).toList();
  }

  /** The address of this name over the vantage's family. */
  String address(String name, Vantage vantage) {
    return vantage.outside(number(name, vantage.endpoint()));
  }

  int number(String name, Vantage vantage) {
    return number(name, vantage.endpoint());
  }

  private int number(String name, String endpoint) {
    Integer number = numbers.get(of(name, endpoint));
    if (number == null) {
      throw new IllegalArgumentException(of(name, endpoint) + " is not in the table of names");
    }
    return number;
  }

  /** These patterns for both endpoints, as a YAML list in one line. */
  static String domains(String... patterns) {
    List<String> all = new ArrayList<>();
    for (String pattern : patterns) {
      bothOf(pattern).stream().filter(one -> !all.contains(one)).forEach(all::add);
    }
    return "['" + String.join("', '", all) + "']";
  }

  /** All records as {@code Lab.trustedDns} wants them. */
  String[] dnsmasq() {
    return entries.stream().map(Entry::dnsmasq).toArray(String[]::new);
  }

  /** All records as {@code LabDnsProcess} wants them. */
  String[] zoneFile() {
    return entries.stream().map(Entry::zoneFile).toArray(String[]::new);
  }
}
