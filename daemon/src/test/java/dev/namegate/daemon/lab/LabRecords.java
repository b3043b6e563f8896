// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * The records that {@link LabDns} answers from.
 *
 * <p>A file of lines {@code name ttl type data}, as in a zone file but with every name in full; for
 * example {@code x.test. 2 CNAME y.test.}, {@code y.test. 300 A 198.51.100.10}. A line that starts
 * with {@code #} is a comment. A name whose first label is {@code n} and a number has addresses
 * without a record: {@code n7.fresh.test} is 198.18.0.7 and 2001:db8:18::7, for 300 s.
 */
final class LabRecords {
  private static final Pattern FRESH = Pattern.compile("[nN](\\d{1,6})");
  private static final int FRESH_ADDRESSES = 1 << 17;
  private static final long FRESH_TTL_SECONDS = 300;

  private final Map<Name, List<Record>> byOwner = new HashMap<>();

  private LabRecords() {}

  static LabRecords parse(List<String> lines) throws IOException {
    LabRecords records = new LabRecords();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.trim().split("\\s+", 4);
      if (fields.length != 4) {
        throw new IOException("'" + line + "' is not: name ttl type data");
      }
      Name owner = Name.fromString(fields[0], Name.root);
      long ttlSeconds = Long.parseLong(fields[1]);
      int type = Type.value(fields[2]);
      records
          .byOwner
          .computeIfAbsent(owner, key -> new ArrayList<>())
          .add(Record.fromString(owner, type, DClass.IN, ttlSeconds, fields[3], Name.root));
    }
    return records;
  }

  static LabRecords read(Path file) throws IOException {
    return parse(Files.readAllLines(file));
  }

  /** Replaces the file in one step, so that no reader meets half of it. */
  static void write(Path file, List<String> lines) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, lines);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  boolean knows(Name owner) {
    return byOwner.containsKey(owner) || fresh(owner) >= 0;
  }

  /** The records of this owner and type. */
  List<Record> find(Name owner, int type) {
    List<Record> found = new ArrayList<>();
    for (Record candidate : byOwner.getOrDefault(owner, List.of())) {
      if (candidate.getType() == type) {
        found.add(candidate);
      }
    }
    int fresh = fresh(owner);
    if (found.isEmpty() && fresh >= 0 && (type == Type.A || type == Type.AAAA)) {
      found.add(freshRecord(owner, type, fresh));
    }
    return found;
  }

  /** The answer section for a question: the CNAME chain from its name, then what it leads to. */
  List<Record> answer(Name asked, int type) {
    List<Record> answer = new ArrayList<>();
    Name at = asked;
    for (int depth = 0; depth < 32; depth++) {
      List<Record> aliases = type == Type.CNAME ? List.of() : find(at, Type.CNAME);
      if (aliases.isEmpty()) {
        break;
      }
      Record alias = aliases.get(0);
      answer.add(alias);
      at = ((CNAMERecord) alias).getTarget();
    }
    answer.addAll(find(at, type));
    return answer;
  }

  private static int fresh(Name owner) {
    Matcher matcher = FRESH.matcher(owner.getLabelString(0));
    if (!matcher.matches()) {
      return -1;
    }
    return Integer.parseInt(matcher.group(1)) % FRESH_ADDRESSES;
  }

  private static Record freshRecord(Name owner, int type, int number) {
    String data =
        type == Type.A
            ? String.format(
                "198.%d.%d.%d", 18 + (number >>> 16), number >>> 8 & 0xff, number & 0xff)
            : String.format("2001:db8:18::%x:%x", number >>> 16, number & 0xffff);
    try {
      return Record.fromString(owner, type, DClass.IN, FRESH_TTL_SECONDS, data, Name.root);
    } catch (IOException e) {
      throw new IllegalStateException(data, e);
    }
  }
}
