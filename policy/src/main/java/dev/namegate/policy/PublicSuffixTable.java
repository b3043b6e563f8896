// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import com.google.thirdparty.publicsuffix.PublicSuffixPatterns;
import dev.namegate.policy.PublicSuffix.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the table that {@link PublicSuffix} looks into. The build runs it when the classes are
 * compiled, and nothing else: Guava is not there when Namegate runs.
 */
public final class PublicSuffixTable {
  private PublicSuffixTable() {}

  /**
   * Writes the file of this name: sorted hashes, eight octets each, the lowest first.
   *
   * @param args the directory of the compiled classes
   */
  public static void main(String[] args) throws IOException {
    TreeSet<Long> hashes = new TreeSet<>();
    add(hashes, Entry.EXACT, PublicSuffixPatterns.EXACT.keySet());
    add(hashes, Entry.BELOW, PublicSuffixPatterns.UNDER.keySet());
    add(hashes, Entry.EXCEPT, PublicSuffixPatterns.EXCLUDED.keySet());
    ByteBuffer table = ByteBuffer.allocate(hashes.size() * Long.BYTES);
    hashes.forEach(table::putLong);
    String directory = PublicSuffix.class.getPackageName().replace('.', '/');
    Files.write(Path.of(args[0], directory, PublicSuffix.RESOURCE), table.array());
  }

  private static void add(Set<Long> hashes, Entry entry, Set<String> names) {
    for (String name : names) {
      hashes.add(PublicSuffix.hash(entry, canonical(name)));
    }
  }

  /** As a pattern has it: the list has labels of other scripts as people write them. */
  private static String canonical(String name) {
    return Arrays.stream(name.split("\\.", -1))
        .map(PublicSuffixTable::toAscii)
        .collect(Collectors.joining("."));
  }

  private static String toAscii(String label) {
    return label.chars().allMatch(c -> c < 0x80) ? label : UnicodeLabel.toAscii(label);
  }
}
