// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import dev.namegate.packet.dns.Edge;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The file that keeps what is learnt ({@code dnsCacheFile}): text, a line each.
 *
 * <pre>
 *   namegate-dns-cache 2
 *   saved 1795518000000                        milliseconds of the wall clock
 *   alias www.example.com edge.example.net 59000 workload:shop/web
 *   address edge.example.net 192.0.2.1 299000 host
 *                                              milliseconds that it lasted then, and for whom
 *   end 2 1c291ca3                             how many, CRC-32C of all that precedes this line
 * </pre>
 *
 * <p>A time that remains is cut by what the wall clock says has passed; a clock that was set back
 * prolongs nothing.
 *
 * <p><b>Threading:</b> one thread at a time; blocks on the disk.
 *
 * <p><b>Errors:</b> a file that is not whole, not ours or of another version is a {@link
 * DamagedException}, whatever its bytes.
 *
 * <p><b>Bounds:</b> a file of more than {@value #MAX_BYTES} bytes is not read.
 */
final class CacheFile {
  static final String HEADER = "namegate-dns-cache 2";

  /** Above a full cache of 16 million links of the longest names that are usual. */
  static final long MAX_BYTES = 1L << 30;

  /** In the line of a link. */
  private static final int WORDS = 5;

  private final Path path;

  /** The file says nothing that can be trusted. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  CacheFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * Begins another file, which takes the place of this one, in one step, when it is {@linkplain
   * CacheFileWriter#commit committed}; only its owner may read it.
   */
  CacheFileWriter begin(long wallClockMs) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    Files.deleteIfExists(next);
    FileChannel channel =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new CacheFileWriter(
        Channels.newOutputStream(channel),
        () -> {
          channel.force(true);
          Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        },
        wallClockMs);
  }

  /**
   * What a file says.
   *
   * @param savedMs when, in milliseconds of the wall clock
   * @param links all of them, with what remained of them then
   */
  record Content(long savedMs, List<SavedLink> links) {
    /** The links that are not over, with what remains of them now. */
    List<SavedLink> at(long wallClockMs) {
      long passedMs = Math.max(0, wallClockMs - savedMs);
      List<SavedLink> left = new ArrayList<>(links.size());
      for (SavedLink link : links) {
        if (link.remainingMs() > passedMs) {
          left.add(new SavedLink(link.edge(), link.client(), link.remainingMs() - passedMs));
        }
      }
      return left;
    }
  }

  /** The links that are not over, with what remains of them now. */
  List<SavedLink> read(long wallClockMs) throws IOException, DamagedException {
    return read().at(wallClockMs);
  }

  Content read() throws IOException, DamagedException {
    if (Files.size(path) > MAX_BYTES) {
      throw new DamagedException("it has more than " + MAX_BYTES + " bytes");
    }
    return parse(Files.readAllBytes(path));
  }

  static List<SavedLink> parse(String text, long wallClockMs) throws DamagedException {
    return parse(text.getBytes(StandardCharsets.UTF_8)).at(wallClockMs);
  }

  /** Beside the bytes there is never more than a line and what it says. */
  private static Content parse(byte[] bytes) throws DamagedException {
    if (!startsWith(bytes, 0, HEADER + "\n")) {
      throw new DamagedException("it does not begin with \"" + HEADER + "\"");
    }
    int end = lastLine(bytes);
    if (end == 0 || !startsWith(bytes, end, "end ")) {
      throw new DamagedException("it ends before its last line");
    }
    String[] last = text(bytes, end, bytes.length - 1).split(" ", -1);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    if (last.length != 3 || !last[2].equals(Long.toHexString(crc.getValue()))) {
      throw new DamagedException("its checksum is not that of its content");
    }
    try {
      int saved = HEADER.length() + 1;
      int line = lineEnd(bytes, saved) + 1;
      long savedMs = number(text(bytes, saved, line - 1), "saved ");
      List<SavedLink> links = new ArrayList<>();
      LinkReader reader = new LinkReader();
      while (line < end) {
        int next = lineEnd(bytes, line) + 1;
        links.add(reader.link(text(bytes, line, next - 1)));
        line = next;
      }
      if (Long.parseLong(last[1]) != links.size()) {
        throw new DamagedException("it announces " + last[1] + " links and has others");
      }
      return new Content(savedMs, links);
    } catch (IllegalArgumentException e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  private static boolean startsWith(byte[] bytes, int from, String text) {
    int to = from + text.length();
    return to <= bytes.length && text(bytes, from, to).equals(text);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Where the last line begins; 0 if it has no end, or there is no other. */
  private static int lastLine(byte[] bytes) {
    int at = bytes.length - 1;
    if (bytes[at] != '\n') {
      return 0;
    }
    while (at > 0 && bytes[at - 1] != '\n') {
      at--;
    }
    return at;
  }

  /** Where the line that begins there ends; there is an end. */
  private static int lineEnd(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Reads lines; a name or a client that several in a row have is one object. */
  private static final class LinkReader {
    private String ownerText = "";
    private DomainName owner = DomainName.ROOT;
    private String client = "";

    /** Of the line at hand. */
    private final String[] words = new String[WORDS];

    SavedLink link(String line) {
      split(line);
      if (!words[1].equals(ownerText)) {
        owner = DomainName.parse(words[1]);
        ownerText = words[1];
      }
      if (!words[4].equals(client)) {
        client = words[4];
      }
      Edge edge =
          switch (words[0]) {
            case "alias" -> new AliasEdge(owner, DomainName.parse(words[2]), 0);
            case "address" -> new AddressEdge(owner, IpAddress.parse(words[2]), 0);
            default ->
                throw new IllegalArgumentException("\"" + words[0] + "\" is no kind of link");
          };
      return new SavedLink(edge, client, number(words[3], ""));
    }

    /** By single spaces; the last word has all the rest. */
    private void split(String line) {
      int from = 0;
      for (int i = 0; i < WORDS - 1; i++) {
        int space = line.indexOf(' ', from);
        if (space < 0) {
          throw new IllegalArgumentException("a line of " + (i + 1) + " words");
        }
        words[i] = line.substring(from, space);
        from = space + 1;
      }
      words[WORDS - 1] = line.substring(from);
    }
  }

  private static long number(String text, String prefix) {
    int from = prefix.length();
    boolean digits = text.startsWith(prefix) && text.length() > from && text.length() <= from + 18;
    for (int i = from; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw new IllegalArgumentException("\"" + text + "\" is not \"" + prefix + "NUMBER\"");
    }
    return Long.parseLong(text, from, text.length(), 10);
  }

  /** Puts a damaged file out of the way and returns where it is now. */
  Path setAside() throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".damaged");
    return Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
  }
}
