// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.namegate.nfq.rules.TrustedServer;
import dev.namegate.packet.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedServerEntryTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.53,192.0.2.53,53",
    "192.0.2.53:5353,192.0.2.53,5353",
    "2001:db8::53,2001:db8::53,53",
    "[2001:db8::53],2001:db8::53,53",
    "[fd00:83a6::12]:5353,fd00:83a6::12,5353",
    "127.0.0.53,127.0.0.53,53",
  })
  void readsAnAddressAndItsPort(String text, String address, int port) {
    assertEquals(
        new TrustedServerEntry.Address(new TrustedServer(IpAddress.parse(address), port)),
        TrustedServerEntry.parse(text));
  }

  @Test
  void readsKubernetesServicesWithTheirDefaults() {
    assertEquals(
        new TrustedServerEntry.KubernetesService("kube-system", "kube-dns", 0),
        TrustedServerEntry.parse("k8s-service:kube-dns"));
    assertEquals(
        new TrustedServerEntry.KubernetesService("openshift-dns", "dns-default", 5353),
        TrustedServerEntry.parse("k8s-service:openshift-dns/dns-default:5353"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "foo",
        "192.0.2",
        "192.0.2.53:",
        "192.0.2.53:0",
        "192.0.2.53:65536",
        "192.0.2.53:dns",
        "[2001:db8::53",
        "[2001:db8::53]5353",
        "0.0.0.0",
        "dns.example.com",
        "k8s-service:",
        "k8s-service:a/b/c",
        "k8s-service:Kube-DNS",
      })
  void refusesWhatIsNoServer(String text) {
    assertThrows(IllegalArgumentException.class, () -> TrustedServerEntry.parse(text));
  }
}
