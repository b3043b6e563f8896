// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.nfq.AcceptSetBatch;
import dev.namegate.nfq.AcceptSetFailure;
import dev.namegate.nfq.NeedsNetns;
import dev.namegate.nfq.NetworkNamespace;
import dev.namegate.packet.IpAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries that go to a real kernel by netlink, and the packets that meet them there. */
@NeedsNetns
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AcceptSetBatchIT {
  private static final int UDP = 17;
  private static final int TCP = 6;

  private final NetworkNamespace inside = NetworkNamespace.open();
  private final AcceptSets sets = new AcceptSets(CommandRunner.here());
  private final RulesConfig config =
      RulesConfig.builder()
          .failureMode(FailureMode.OPEN)
          .acceptSets(true)
          .acceptSetEntries(20_000)
          .failsafeInbound(List.of())
          .failsafeOutbound(List.of())
          .hostEndpoints(List.of(HostEndpointRule.forAll()))
          .build();
  private final AcceptSetBatch batch = inside.call(() -> AcceptSetBatch.open(4096));
  private final int workloads = batch.register("ng-wl4", false, true);
  private final int workloads6 = batch.register("ng-wl6", true, true);
  private final int host = batch.register("ng-hep4", false, false);
  private final int host6 = batch.register("ng-hep6", true, false);

  AcceptSetBatchIT() throws Exception {}

  @BeforeEach
  void makeSets() throws Exception {
    assertEquals(4, inside.call(() -> sets.renew(config)));
  }

  @AfterEach
  void leave() {
    batch.close();
    inside.close();
  }

  private int add(int set, IpAddress to, int protocol, int port, int timeout) {
    IpAddress from = IpAddress.parse(to.isIpv4() ? "10.0.0.2" : "fd00::2");
    return batch.add(set, to.hi(), to.lo(), protocol, port, from.hi(), from.lo(), timeout);
  }

  private int add(int set, String to, int protocol, int port, int timeout) {
    return add(set, IpAddress.parse(to), protocol, port, timeout);
  }

  private void delete(int set, String to, int protocol, int port) {
    IpAddress dst = IpAddress.parse(to);
    IpAddress src = IpAddress.parse(dst.isIpv4() ? "10.0.0.2" : "fd00::2");
    batch.delete(set, dst.hi(), dst.lo(), protocol, port, src.hi(), src.lo());
  }

  /** The entries of a set, the seconds that are left replaced by their order of magnitude. */
  private List<String> held(String set) throws Exception {
    return inside.call(sets::list).getOrDefault(set, List.of()).stream()
        .map(entry -> entry.replaceFirst(" timeout (2\\d|30)$", " timeout <=30"))
        .toList();
  }

  @Test
  void addsAndDeletesEntriesOfBothFamilies() throws Exception {
    add(workloads, "192.0.2.1", TCP, 443, 30);
    add(workloads, "192.0.2.2", UDP, 443, 30);
    add(workloads6, "2001:db8::1", 132, 9, 30);
    add(host, "192.0.2.1", TCP, 80, 30);
    add(host6, "2001:db8::1", UDP, 53, 30);
    add(host6, "2001:db8::2", UDP, 0, 30);
    assertEquals(0, batch.flush());

    assertEquals(
        List.of(
            "192.0.2.1,tcp:443,10.0.0.2 timeout <=30", "192.0.2.2,udp:443,10.0.0.2 timeout <=30"),
        held("ng-wl4"));
    assertEquals(List.of("2001:db8::1,sctp:9,fd00::2 timeout <=30"), held("ng-wl6"));
    assertEquals(List.of("192.0.2.1,tcp:80 timeout <=30"), held("ng-hep4"));
    assertEquals(
        List.of("2001:db8::1,udp:53 timeout <=30", "2001:db8::2,udp:0 timeout <=30"),
        held("ng-hep6"));

    add(workloads, "192.0.2.1", TCP, 443, 500);
    delete(workloads, "192.0.2.2", UDP, 443);
    delete(workloads, "192.0.2.3", UDP, 443);
    delete(host6, "2001:db8::1", UDP, 53);
    assertEquals(0, batch.flush(), "what is not there is deleted already");

    List<String> left = held("ng-wl4");
    assertEquals(1, left.size(), left::toString);
    assertTrue(
        left.get(0).matches("192.0.2.1,tcp:443,10.0.0.2 timeout (4\\d\\d|500)"), left::toString);
    assertEquals(List.of("2001:db8::2,udp:0 timeout <=30"), held("ng-hep6"));
  }

  @Test
  void fillsASetAndTellsWhichEntriesFoundNoRoom() throws Exception {
    RulesConfig small = config.toBuilder().acceptSetEntries(32).build(); // the kernel's take 64
    inside.call(() -> sets.renew(small));
    for (int i = 1; i <= 100; i++) {
      add(workloads, IpAddress.ofIpv4(0xc0000200 + i), TCP, 443, 30);
    }
    add(host, "192.0.2.1", TCP, 80, 30);

    int failed = batch.flush();

    assertEquals(36, failed);
    for (int i = 0; i < failed; i++) {
      assertEquals(AcceptSetFailure.FULL, batch.failure(i));
      assertEquals(64 + i, batch.failedPosition(i));
    }
    assertEquals(64, held("ng-wl4").size());
    assertEquals(List.of("192.0.2.1,tcp:80 timeout <=30"), held("ng-hep4"));

    add(workloads, "192.0.2.1", TCP, 443, 30);
    assertEquals(0, batch.flush(), "to prolong needs no room");
    delete(workloads, "192.0.2.1", TCP, 443);
    add(workloads, "192.0.2.99", TCP, 443, 30);
    assertEquals(0, batch.flush());
  }

  @Test
  void tellsOfASetThatIsMissing() throws Exception {
    inside.execute("ipset", "destroy", "ng-wl6");
    for (int i = 1; i <= 3; i++) {
      add(workloads6, "2001:db8::" + i, TCP, 443, 30);
      add(workloads, "192.0.2." + i, TCP, 443, 30);
    }

    int failed = batch.flush();

    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < failed; i++) {
      assertEquals(AcceptSetFailure.NO_SET, batch.failure(i));
      positions.add(batch.failedPosition(i));
    }
    assertEquals(List.of(0, 2, 4), positions);
    assertEquals(3, held("ng-wl4").size());
  }

  @Test
  void tellsOfASetOfAnotherKind() throws Exception {
    inside.execute("ipset", "destroy", "ng-wl6");
    inside.execute(
        "ipset", "create", "ng-wl6", "hash:net,iface", "family", "inet6", "timeout", "1");
    add(workloads6, "2001:db8::1", TCP, 443, 30);
    add(workloads6, "2001:db8::2", TCP, 443, 30);

    assertEquals(2, batch.flush());

    assertEquals(AcceptSetFailure.OTHER, batch.failure(0));
  }

  @Test
  void entriesExpire() throws Exception {
    add(workloads, "192.0.2.1", TCP, 443, 1);
    add(workloads, "192.0.2.2", TCP, 443, 30);
    assertEquals(0, batch.flush());

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (held("ng-wl4").size() > 1 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }

    assertEquals(List.of("192.0.2.2,tcp:443,10.0.0.2 timeout <=30"), held("ng-wl4"));
  }

  @Test
  void holdsTenThousandEntriesAndLetsThemGo() throws Exception {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 10_000; i++) {
        IpAddress to = new IpAddress(0x20010db8_00000000L, i + 1);
        IpAddress from = IpAddress.parse("fd00::2");
        int position =
            round == 0
                ? add(workloads6, to, TCP, 443, 600)
                : batch.delete(workloads6, to.hi(), to.lo(), TCP, 443, from.hi(), from.lo());
        if (position == AcceptSetBatch.BATCH_FULL) {
          assertEquals(0, batch.flush());
          i--;
        }
      }
      assertEquals(0, batch.flush());
      assertEquals(round == 0 ? 10_000 : 0, inside.call(sets::sizes).get("ng-wl6"));
    }
    assertEquals(20_000, batch.taken());
  }

  private void giveHostARoute() throws Exception {
    inside.execute("ip", "link", "add", "out0", "type", "veth", "peer", "name", "nowhere");
    inside.execute("ip", "link", "set", "nowhere", "up");
    inside.execute("ip", "link", "set", "out0", "arp", "off");
    inside.execute("ip", "addr", "add", "10.0.0.2/24", "dev", "out0");
    inside.execute("ip", "link", "set", "out0", "up");
    inside.execute("ip", "route", "add", "default", "dev", "out0");
    inside.run(() -> new KernelRules(CommandRunner.here(), Backend.NFT).apply(config));
  }

  private long counted(String target) throws Exception {
    String rules = inside.execute("iptables-nft-save", "-c");
    Matcher line = Pattern.compile("\\[(\\d+):\\d+] -A ng-hep .*" + target).matcher(rules);
    assertTrue(line.find(), rules);
    return Long.parseLong(line.group(1));
  }

  private void send(DatagramSocket socket, String to, int port) throws Exception {
    socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName(to), port));
  }

  @Test
  void aPacketMeetsWhatTheBatchBeforeItAdded() throws Exception {
    giveHostARoute();
    try (DatagramSocket socket = inside.call(DatagramSocket::new)) {
      send(socket, "192.0.2.1", 443);
      assertEquals(1, counted("NFQUEUE"));
      for (int i = 1; i <= 100; i++) {
        add(host, "192.0.2." + i, UDP, 443, 60);
        assertEquals(0, batch.flush());
        send(socket, "192.0.2." + i, 443);
      }
      assertEquals(1, counted("NFQUEUE"), "not one was queued");
      assertEquals(100, counted("match-set ng-hep4"));

      send(socket, "192.0.2.1", 444);
      assertEquals(2, counted("NFQUEUE"), "another port");
      delete(host, "192.0.2.1", UDP, 443);
      assertEquals(0, batch.flush());
      send(socket, "192.0.2.1", 443);
      assertEquals(3, counted("NFQUEUE"), "what was deleted is asked for again");
    }
  }

  @Test
  void renewsUnderTrafficWithoutAMomentWithoutASet() throws Exception {
    giveHostARoute();
    AtomicBoolean done = new AtomicBoolean();
    List<String> trouble = Collections.synchronizedList(new ArrayList<>());
    Thread renewing =
        inside.start(
            "renewing",
            () -> {
              try {
                for (int i = 0; i < 30; i++) {
                  sets.renew(config);
                }
              } catch (KernelRulesException e) {
                trouble.add(e.toString());
              }
              done.set(true);
            });
    long sent = 0;
    try (DatagramSocket socket = inside.call(DatagramSocket::new)) {
      while (!done.get()) {
        add(host, "192.0.2.1", UDP, 443, 60);
        if (batch.flush() > 0) {
          trouble.add(AcceptSetFailure.name(batch.failure(0)));
        }
        send(socket, "192.0.2.1", 443);
        sent++;
      }
      renewing.join(60_000);
      assertEquals(List.of(), trouble);
      assertEquals(sent, counted("NFQUEUE") + counted("match-set ng-hep4"));

      inside.call(() -> sets.renew(config));
      assertFalse(held("ng-hep4").contains("192.0.2.1"));
      assertEquals(List.of(), held("ng-hep4"));
      long queued = counted("NFQUEUE");
      send(socket, "192.0.2.1", 443);
      assertEquals(queued + 1, counted("NFQUEUE"), "an empty set accepts nothing");
    }
  }
}
