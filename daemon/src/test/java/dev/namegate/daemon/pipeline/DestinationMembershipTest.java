// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.cache.CacheConfig;
import dev.namegate.cache.DnsCache;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.packet.dns.AddressEdge;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.PolicyCompiler;
import dev.namegate.policy.ResourceReader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DestinationMembershipTest {
  private static final IpAddress CLIENT = IpAddress.parse("10.65.0.2");
  private static final IpAddress LEARNT = IpAddress.parse("192.0.2.1");

  @Test
  void namesTheSetsOfTheDestinationAndOfNoOtherAddress() throws IOException {
    DnsCache cache = new DnsCache(CacheConfig.DEFAULT, name -> new int[] {3, 7});
    cache.learn(List.of(new AddressEdge(DomainName.parse("a.test"), LEARNT, 60)), 0);
    Ruleset ruleset = new Ruleset(noEndpoints(), cache.table(), List.of());
    DestinationMembership membership = new DestinationMembership();

    membership.of(ruleset, CompiledPolicy.NO_ENDPOINT, flow(LEARNT), 1);
    assertTrue(membership.isMember(3));
    assertFalse(membership.isMember(4));
    assertEquals(3, membership.nextMember(0, 8));
    assertEquals(7, membership.nextMember(4, 8));
    assertEquals(-1, membership.nextMember(4, 7));

    membership.of(ruleset, CompiledPolicy.NO_ENDPOINT, flow(IpAddress.parse("192.0.2.2")), 1);
    assertFalse(membership.isMember(3));
    assertEquals(-1, membership.nextMember(0, 8));
  }

  private static CompiledPolicy noEndpoints() throws IOException {
    return PolicyCompiler.compile(ResourceReader.read(List.of()).resources(), "lab");
  }

  private static IpPacket flow(IpAddress destination) {
    return new IpPacket().flow(IpPacket.TCP, CLIENT, 40_000, destination, 443);
  }
}
