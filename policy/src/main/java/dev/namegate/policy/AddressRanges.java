// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.packet.HotPath;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A set of addresses, as sorted ranges that do not touch.
 *
 * <p>The two families are apart, so that {@code ::/0} has no IPv4 address in it, although IPv4
 * addresses are held as IPv4-mapped ones, and so that a mapped address in an IPv6 packet is IPv6.
 *
 * <p><b>Threading:</b> immutable.
 *
 * <p><b>Bounds:</b> a lookup compares about log2(ranges) times.
 */
@HotPath
final class AddressRanges {
  /** Of a set that is spread wider it is not worth knowing where it is. */
  static final int MOST_NEIGHBOURHOODS = 16;

  /** First and last address of each range: the lower longs, which are not negative. */
  private final long[] v4;

  /** Upper and lower long of the first, then of the last address of each range. */
  private final long[] v6;

  private final long @Nullable [] neighbourhoods;

  private AddressRanges(long[] v4, long[] v6) {
    this.v4 = v4;
    this.v6 = v6;
    this.neighbourhoods = neighbourhoods(v4, v6);
  }

  static AddressRanges of(Collection<Cidr> cidrs) {
    long[] v4 =
        merged(cidrs.stream().filter(Cidr::isIpv4).sorted(AddressRanges::byFirst).toList()).stream()
            .flatMapToLong(r -> LongStream.of(r.first.lo(), r.last.lo()))
            .toArray();
    long[] v6 =
        merged(cidrs.stream().filter(c -> !c.isIpv4()).sorted(AddressRanges::byFirst).toList())
            .stream()
            .flatMapToLong(r -> LongStream.of(r.first.hi(), r.first.lo(), r.last.hi(), r.last.lo()))
            .toArray();
    return new AddressRanges(v4, v6);
  }

  private static int byFirst(Cidr one, Cidr other) {
    return one.address().compareTo(other.address());
  }

  private record Range(IpAddress first, IpAddress last) {}

  private static List<Range> merged(List<Cidr> sorted) {
    List<Range> ranges = new ArrayList<>();
    for (Cidr cidr : sorted) {
      Range earlier = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
      Range range = new Range(cidr.address(), cidr.last());
      if (earlier == null || !touch(earlier, range)) {
        ranges.add(range);
      } else if (range.last.compareTo(earlier.last) > 0) {
        ranges.set(ranges.size() - 1, new Range(earlier.first, range.last));
      }
    }
    return ranges;
  }

  /** Whether the later range begins within, or right behind, the earlier one. */
  private static boolean touch(Range earlier, Range later) {
    IpAddress end = earlier.last;
    boolean lastOfAll = end.hi() == -1 && end.lo() == -1;
    IpAddress next = new IpAddress(end.lo() == -1 ? end.hi() + 1 : end.hi(), end.lo() + 1);
    return lastOfAll || later.first.compareTo(next) <= 0;
  }

  /**
   * Numbers of neighbourhoods, IPv4 /24 and IPv6 /64, outside of which no address of the set is;
   * null if there are more than {@value #MOST_NEIGHBOURHOODS}.
   */
  long @Nullable [] neighbourhoods() {
    return neighbourhoods;
  }

  private static long @Nullable [] neighbourhoods(long[] v4, long[] v6) {
    Set<Long> found = new TreeSet<>();
    for (int i = 0; i < v4.length; i += 2) {
      if (!addRange(found, neighbourhood(4, 0, v4[i]), neighbourhood(4, 0, v4[i + 1]))) {
        return null;
      }
    }
    for (int i = 0; i < v6.length; i += 4) {
      if (!addRange(found, v6[i], v6[i + 2])) {
        return null;
      }
    }
    return found.stream().mapToLong(Long::longValue).toArray();
  }

  private static boolean addRange(Set<Long> found, long first, long last) {
    if (Long.compareUnsigned(last - first, MOST_NEIGHBOURHOODS) >= 0) {
      return false;
    }
    for (long i = first; i != last + 1; i++) {
      found.add(i);
    }
    return found.size() <= MOST_NEIGHBOURHOODS;
  }

  /** The number of the neighbourhood that this address is in. */
  static long neighbourhood(int ipVersion, long hi, long lo) {
    return ipVersion == 4 ? lo >>> 8 : hi;
  }

  boolean isEmpty() {
    return v4.length == 0 && v6.length == 0;
  }

  /** Whether the address of a packet of this IP version is in the set. */
  boolean contains(int ipVersion, long hi, long lo) {
    return ipVersion == 4 ? containsV4(lo) : containsV6(hi, lo);
  }

  private boolean containsV4(long lo) {
    int from = 0;
    int to = v4.length / 2 - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (lo < v4[2 * middle]) {
        to = middle - 1;
      } else if (lo > v4[2 * middle + 1]) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private boolean containsV6(long hi, long lo) {
    int from = 0;
    int to = v6.length / 4 - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int at = 4 * middle;
      if (isBefore(hi, lo, v6[at], v6[at + 1])) {
        to = middle - 1;
      } else if (isBefore(v6[at + 2], v6[at + 3], hi, lo)) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private static boolean isBefore(long hi, long lo, long otherHi, long otherLo) {
    return hi == otherHi
        ? Long.compareUnsigned(lo, otherLo) < 0
        : Long.compareUnsigned(hi, otherHi) < 0;
  }
}
