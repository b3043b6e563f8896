// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.daemon.lab.Connectivity;
import dev.namegate.daemon.lab.DaemonProcess;
import dev.namegate.daemon.lab.Lab;
import dev.namegate.daemon.lab.LabDnsProcess;
import dev.namegate.daemon.lab.LabEvidence;
import dev.namegate.daemon.lab.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which servers are trusted by resolv.conf, by service and after a mistake: rows T4, T7 and T9. */
final class OwnResolversIT {
  private static final String TRUSTED_ENTRY = Lab.TRUSTED + ":53";
  private static final String UNTRUSTED_ENTRY = Lab.UNTRUSTED + ":53";
  private static final String BY_TRUSTED = "198.51.100.11";
  private static final String BY_UNTRUSTED = "198.51.100.66";

  @SuppressWarnings("NullAway.Init") // set before each test, absent when there is no root
  private Lab lab;

  @RegisterExtension final LabEvidence evidence = new LabEvidence(() -> lab);

  @BeforeEach
  void up() {
    lab = Lab.up();
    lab.web();
    LabDnsProcess.trusted(lab, "one.good.test. 300 A " + BY_TRUSTED);
    LabDnsProcess.start(lab, 53, List.of(Lab.UNTRUSTED), "one.good.test. 300 A " + BY_UNTRUSTED);
  }

  @AfterEach
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private LabResources resources() {
    return LabResources.ofAllEndpoints().allow(List.of(53), "*.good.test");
  }

  /** What programs on the host read; written in place, as some DHCP clients do it. */
  private void resolvConf(String text) throws IOException {
    Files.writeString(Path.of("/etc/netns", lab.namespace(Room.HOST), "resolv.conf"), text);
  }

  private void ask(String server, String address) {
    String answer =
        lab.exec(
                Room.HOST, "dig", "+short", "+tries=1", "+timeout=5", "@" + server, "one.good.test")
            .orFail()
            .stdout();
    assertEquals(address + "\n", answer);
  }

  private void expectBlocked(String address, String why) {
    new Connectivity(lab).expectBlocked(Room.HOST, address, 80, why).check();
  }

  private void expectReachable(String address, String why) {
    new Connectivity(lab).expectReachable(Room.HOST, address, 80, why).check();
  }

  private static void awaitTrusted(LiveStatus status, String... servers) {
    LiveStatus.await(
        () -> status.list("trustedServers").equals(List.of(servers)), () -> status.text());
  }

  @Test
  void resolvConfIsFollowedWhileTheDaemonRuns() throws IOException {
    LiveStatus status = new LiveStatus(DaemonProcess.start(lab, resources().write(lab)));
    awaitTrusted(status, TRUSTED_ENTRY);
    long pid = status.fact("pid");
    ask(Lab.UNTRUSTED, BY_UNTRUSTED);
    expectBlocked(BY_UNTRUSTED, "resolv.conf does not name its server");

    resolvConf("nameserver " + Lab.UNTRUSTED + "\n");
    awaitTrusted(status, UNTRUSTED_ENTRY);
    ask(Lab.TRUSTED, BY_TRUSTED);
    expectBlocked(BY_TRUSTED, "resolv.conf names its server no more");
    ask(Lab.UNTRUSTED, BY_UNTRUSTED);
    expectReachable(BY_UNTRUSTED, "resolv.conf names its server now");

    resolvConf("# no server\n");
    awaitTrusted(status);
    assertTrue(status.list("notices").toString().contains("names none"), status::text);
    expectReachable(BY_UNTRUSTED, "what was learnt stays so");
    assertEquals(pid, status.fact("pid"));
  }

  @Test
  void behindResolvedsStubTheServersItAsksAreTrustedAndFollowed() throws IOException {
    resolvConf("nameserver 127.0.0.53\noptions edns0 trust-ad\n");
    Path resolved = Files.createDirectories(lab.work().resolve("resolved"));
    Path file = Files.writeString(resolved.resolve("resolv.conf"), "nameserver 192.0.2.53\n");
    DaemonProcess daemon =
        DaemonProcess.startWhere(
            lab,
            // A /run of its own, in which systemd-resolved seems to run.
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs run /run; mkdir -p /run/systemd/resolve;"
                    + " mount --bind \"$0\" /run/systemd/resolve; exec \"$@\"",
                resolved.toString()),
            resources().write(lab));
    LiveStatus status = new LiveStatus(daemon);
    awaitTrusted(status, "127.0.0.53:53", TRUSTED_ENTRY);
    ask(Lab.UNTRUSTED, BY_UNTRUSTED);
    expectBlocked(BY_UNTRUSTED, "resolved asks another server");
    // As resolved itself does it, whoever asked it and how.
    ask(Lab.TRUSTED, BY_TRUSTED);
    expectReachable(BY_TRUSTED, "resolved asks this server");

    Files.writeString(file, "nameserver " + Lab.UNTRUSTED + "\n");
    awaitTrusted(status, "127.0.0.53:53", UNTRUSTED_ENTRY);
    ask(Lab.UNTRUSTED, BY_UNTRUSTED);
    expectReachable(BY_UNTRUSTED, "resolved asks this server now");
  }

  @Test
  @DisplayName("T4: entries k8s-service: are accepted, and each is said to wait")
  void t4ServicesAreAcceptedAndWaitForTheirSource() {
    String entries = "k8s-service:kube-dns, k8s-service:dns/corefile, 'k8s-service:dns/core:5353'";
    Path resources =
        resources().felix("dnsTrustedServers: [192.0.2.53, " + entries + "]").write(lab);
    LiveStatus status = new LiveStatus(DaemonProcess.start(lab, resources));
    awaitTrusted(status, TRUSTED_ENTRY);
    assertEquals(0, status.fact("errors"), status::text);
    for (String service :
        List.of(
            "k8s-service:kube-system/kube-dns",
            "k8s-service:dns/corefile",
            "k8s-service:dns/core:5353")) {
      String sentence = "trusted server " + service + " waits for the Kubernetes source";
      assertEquals(
          1,
          status.list("notices").stream().filter(each -> each.startsWith(sentence)).count(),
          status::text);
    }
    ask(Lab.TRUSTED, BY_TRUSTED);
    expectReachable(BY_TRUSTED, "the entries beside it cost nothing");
  }

  @Test
  @DisplayName("T7: one bad entry, and the default holds for all; the log has an error")
  void t7BadEntryMeansTheDefault() {
    Path resources = resources().felix("dnsTrustedServers: [192.0.2.66, foo]").write(lab);
    DaemonProcess daemon = DaemonProcess.start(lab, resources);
    LiveStatus status = new LiveStatus(daemon);
    awaitTrusted(status, TRUSTED_ENTRY);
    assertEquals(1, status.fact("errors"), status::text);
    assertTrue(
        daemon
            .process()
            .log()
            .lines()
            .anyMatch(line -> line.contains("SEVERE") && line.contains("\"foo\"")),
        daemon.process()::log);
    ask(Lab.UNTRUSTED, BY_UNTRUSTED);
    expectBlocked(BY_UNTRUSTED, "the list that names its server is not in force");
    ask(Lab.TRUSTED, BY_TRUSTED);
    expectReachable(BY_TRUSTED, "the host's own resolver is the default");
  }

  @Test
  @DisplayName("T9: what the host's resolver says opens nothing until the list has it")
  void t9HostResolverThatIsNotListed() throws IOException {
    resolvConf("nameserver " + Lab.UNTRUSTED + "\n");
    Path resources = resources().felix("dnsTrustedServers: [192.0.2.53]").write(lab);
    LiveResources live = LiveResources.start(lab, resources);
    long pid = live.status().fact("pid");
    assertEquals("", curl(1), "the name's answer comes from a server that is not listed");
    expectBlocked(BY_UNTRUSTED, "its server is not listed");

    String all = Files.readString(resources.resolve("all.yaml"));
    live.awaitReloaded(
        () -> live.write("all.yaml", all.replace("[192.0.2.53]", "[192.0.2.53, 192.0.2.66]")));
    assertEquals(BY_UNTRUSTED + " 80\n", curl(10));
    assertEquals(pid, live.status().fact("pid"));
  }

  /** Looks up and connects as any program of the host does. */
  private String curl(int seconds) {
    String limit = Integer.toString(seconds);
    return lab.exec(Room.HOST, "curl", "-sS", "-4", "--max-time", limit, "http://one.good.test/")
        .stdout();
  }
}
