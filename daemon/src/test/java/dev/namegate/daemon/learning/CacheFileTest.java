// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.packet.dns.AliasEdge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CacheFileTest {
  private static final long NOW_MS = 1_795_518_000_000L;
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  /** Knows the host alone. */
  private static final KnownClients CLIENTS =
      new KnownClients() {
        @Override
        public @Nullable String name(int client) {
          return client == 1 ? "host" : null;
        }

        @Override
        public int named(String name) {
          return name.equals("host") ? 1 : -1;
        }
      };

  @TempDir Path directory;

  private static SavedLink alias(String owner, String target, long remainingMs) {
    return new SavedLink(
        new AliasEdge(DomainName.parse(owner), DomainName.parse(target), 0),
        "workload:shop/web",
        remainingMs);
  }

  private static SavedLink address(String owner, String address, long remainingMs) {
    return new SavedLink(
        new AddressEdge(DomainName.parse(owner), IpAddress.parse(address), 0), "host", remainingMs);
  }

  private static final List<SavedLink> LINKS =
      List.of(
          alias("www.example.com", "edge.example.net", 59_000),
          address("edge.example.net", "192.0.2.1", 299_000),
          address("edge.example.net", "2001:db8::1", 1),
          address("odd\\032name\\.\\\\.test", "192.0.2.2", 5_000));

  @Test
  void givesBackWhatWasWrittenForItsOwnerOnly() throws Exception {
    CacheFile file = new CacheFile(directory.resolve("known"));
    write(LINKS, file);

    assertEquals(LINKS, file.read(NOW_MS));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
    assertEquals(Set.of(file.path()), Set.copyOf(files()));
  }

  @Test
  void keepsTheOldFileUntilTheNewOneIsWhole() throws Exception {
    Path path = Files.writeString(directory.resolve("known"), text(LINKS, NOW_MS));
    CacheFile file = new CacheFile(path);
    try (CacheFileWriter next = file.begin(NOW_MS)) {
      next.add(LINKS.get(0));
    }

    assertEquals(LINKS, file.read(NOW_MS));
  }

  private static void write(List<SavedLink> links, CacheFile file) throws IOException {
    try (CacheFileWriter next = file.begin(NOW_MS)) {
      for (SavedLink link : links) {
        next.add(link);
      }
      next.commit();
    }
  }

  private static String text(List<SavedLink> links, long wallClockMs) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CacheFileWriter writer = new CacheFileWriter(bytes, () -> {}, wallClockMs)) {
      for (SavedLink link : links) {
        writer.add(link);
      }
      writer.commit();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void cutsWhatRemainsByTheTimeThatPassedAndNeverProlongsIt() throws Exception {
    String text = text(LINKS, NOW_MS);

    assertEquals(
        List.of(
            alias("www.example.com", "edge.example.net", 49_000),
            address("edge.example.net", "192.0.2.1", 289_000)),
        CacheFile.parse(text, NOW_MS + 10_000));
    assertEquals(LINKS, CacheFile.parse(text, NOW_MS - 3_600_000));
    assertEquals(List.of(), CacheFile.parse(text, NOW_MS + 299_000));
  }

  @Test
  void keepsEveryNameThereIs() throws Exception {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    List<SavedLink> links = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      byte[] wire = new byte[2 + 1 + random.nextInt(60)];
      random.nextBytes(wire);
      wire[0] = (byte) (wire.length - 2);
      wire[wire.length - 1] = 0;
      links.add(
          new SavedLink(new AliasEdge(DomainName.ofWire(wire), DomainName.ROOT, 0), "-", i + 1));
    }

    assertEquals(links, CacheFile.parse(text(links, NOW_MS), NOW_MS), "seed " + SEED);
  }

  @Test
  void noticesAnyOctetThatIsAnotherOrMissing() throws IOException {
    String text = text(LINKS, NOW_MS);
    for (int at = 0; at < text.length(); at++) {
      StringBuilder changed = new StringBuilder(text);
      changed.setCharAt(at, text.charAt(at) == '7' ? '8' : '7');
      assertThrows(
          CacheFile.DamagedException.class,
          () -> CacheFile.parse(changed.toString(), NOW_MS),
          changed::toString);
      String cut = text.substring(0, at);
      assertThrows(CacheFile.DamagedException.class, () -> CacheFile.parse(cut, NOW_MS), cut);
    }
  }

  @Test
  void survivesAnyBytes() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "namegate-dns-cache 2\n" : "");
      for (int length = random.nextInt(80); length > 0; length--) {
        text.append("aliasend saved 0123\n\n .".charAt(random.nextInt(23)));
      }
      assertThrows(
          CacheFile.DamagedException.class, () -> CacheFile.parse(text.toString(), NOW_MS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "namegate-dns-cache 2\nsaved 1\nend 0 0\n", "\u0000\u0001garbage"})
  void setsAsideWhatIsOfNoUseAndStartsWithNothing(String text) throws IOException {
    Path path = Files.writeString(directory.resolve("known"), text);
    Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC);

    assertEquals(List.of(), new SavedCache(path, CLIENTS, clock).read(CacheAhead.begin(path)));
    assertEquals(List.of(directory.resolve("known.damaged")), files());
    assertEquals(text, Files.readString(directory.resolve("known.damaged")));
  }

  @Test
  void startsWithNothingWhereThereIsNoFile() {
    Path none = directory.resolve("none");
    assertTrue(
        new SavedCache(none, CLIENTS, Clock.systemUTC()).read(CacheAhead.begin(none)).isEmpty());
  }

  @Test
  void takesWhatWasReadAheadOnlyIfItIsStillThere() throws Exception {
    CacheFile file = new CacheFile(directory.resolve("known"));
    write(LINKS.subList(0, 1), file);
    CacheAhead ahead = CacheAhead.begin(file.path());
    assertEquals(LINKS.subList(0, 1), ahead.read(file).at(NOW_MS));
    write(LINKS, file);
    assertEquals(LINKS, ahead.read(file).at(NOW_MS));
  }

  @Test
  void keepsNothingOfWhatWasReadAhead() throws Exception {
    CacheFile file = new CacheFile(directory.resolve("known"));
    write(LINKS, file);
    CacheAhead ahead = CacheAhead.begin(file.path());
    CacheFile.Content first = ahead.read(file);
    assertNotSame(first, ahead.read(file));
    assertEquals(LINKS, ahead.read(file).at(NOW_MS));
  }

  @Test
  void readsAnotherFileThanTheOneAheadIfThatIsTheOne() throws Exception {
    CacheFile file = new CacheFile(directory.resolve("known"));
    write(LINKS, file);
    CacheAhead ahead = CacheAhead.begin(directory.resolve("other"));
    assertEquals(LINKS, ahead.read(file).at(NOW_MS));
  }
}
