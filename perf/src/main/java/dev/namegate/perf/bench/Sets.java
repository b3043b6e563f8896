// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

/** The ipsets that rivals add learnt addresses to, as large as they can become. */
final class Sets {
  static final String V4 = "bench4";
  static final String V6 = "bench6";

  private Sets() {}

  static void create(Bed bed) {
    create(bed, V4, "inet");
    create(bed, V6, "inet6");
  }

  private static void create(Bed bed, String name, String family) {
    String options = " family " + family + " hashsize 262144 maxelem 1048576 timeout 300";
    bed.exec(Room.HOST, ("ipset create " + name + " hash:ip" + options).split(" ", -1)).orFail();
  }

  /**
   * @throws BenchFailure when nothing was added: then a rival did not do its work
   */
  static void check(Bed bed) {
    String listed = bed.exec(Room.HOST, "ipset", "list", "-t", V4).orFail().text();
    if (listed.contains("Number of entries: 0\n")) {
      throw new BenchFailure("nothing was added to the ipset:\n" + listed);
    }
  }
}
