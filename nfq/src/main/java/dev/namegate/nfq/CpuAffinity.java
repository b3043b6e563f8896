// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * On which CPUs the kernel may run a thread.
 *
 * <p><b>Threading:</b> {@link #bind} and {@link #current} are about the calling thread.
 *
 * @spec sched_setaffinity(2); cpu_set_t is a bit mask of 1024 CPUs, in words of the machine
 */
public final class CpuAffinity {
  /** {@code CPU_SETSIZE}. */
  public static final int MAX_CPUS = 1_024;

  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
  private static final int CALLING_THREAD = 0;
  private static final int MASK_BYTES = MAX_CPUS / Byte.SIZE;

  private CpuAffinity() {}

  /**
   * The numbers of the CPUs that run now.
   *
   * @throws IOException if the kernel does not tell
   */
  public static SortedSet<Integer> online() throws IOException {
    return parse(Files.readString(ONLINE).strip());
  }

  /** Reads the kernel's form of a list: {@code 0-3,8}. */
  static SortedSet<Integer> parse(String list) throws IOException {
    SortedSet<Integer> cpus = new TreeSet<>();
    for (String part : list.split(",", -1)) {
      String[] ends = part.split("-", -1);
      try {
        int first = Integer.parseInt(ends[0]);
        int last = ends.length > 1 ? Integer.parseInt(ends[1]) : first;
        for (int cpu = first; cpu <= last && cpu < MAX_CPUS; cpu++) {
          cpus.add(cpu);
        }
      } catch (NumberFormatException e) {
        throw new IOException("no list of CPUs: \"" + list + "\"", e);
      }
    }
    return cpus;
  }

  /**
   * Lets the calling thread run on these CPUs only, at least one.
   *
   * @return why the kernel refuses; then the thread runs where it ran
   */
  public static Optional<String> bind(Collection<Integer> cpus) {
    if (LibC.LOAD_FAILURE != null) {
      return Optional.of(LibC.LOAD_FAILURE);
    }
    ByteBuffer mask = LibC.allocate(MASK_BYTES);
    for (int cpu : cpus) {
      QueueConfig.check("cpu", cpu, 0, MAX_CPUS - 1);
      int word = cpu / Long.SIZE * Long.BYTES;
      mask.putLong(word, mask.getLong(word) | 1L << cpu);
    }
    int result = LibC.sched_setaffinity(CALLING_THREAD, MASK_BYTES, LibC.address(mask));
    int errno = LibC.errno();
    return result == 0 ? Optional.empty() : Optional.of(Errno.name(errno) + reason(errno));
  }

  private static String reason(int errno) {
    return errno == Errno.EINVAL ? ", none of them is among those this process may use" : "";
  }

  /** The CPUs that the calling thread may run on. */
  public static List<Integer> current() throws IOException {
    ByteBuffer mask = LibC.allocate(MASK_BYTES);
    if (LibC.sched_getaffinity(CALLING_THREAD, MASK_BYTES, LibC.address(mask)) < 0) {
      throw new IOException("sched_getaffinity: " + Errno.name(LibC.errno()));
    }
    List<Integer> cpus = new ArrayList<>();
    for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
      if ((mask.getLong(cpu / Long.SIZE * Long.BYTES) >>> cpu & 1) != 0) {
        cpus.add(cpu);
      }
    }
    return List.copyOf(cpus);
  }
}
