// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.namegate.packet.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QueryPrefixTest {
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.53", "::1", "fd96::a", "2001:db8:1111:2222:3333:4444:5555:6666"})
  void namesTheServerWithinWhatTheKernelTakes(String address) {
    TrustedServer server = new TrustedServer(IpAddress.parse(address), 65_535);
    Target.Log accepted = new Target.Log(1, QueryPrefix.of(server), 1);

    assertEquals(server, QueryPrefix.server(accepted.prefix()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ng-q", "ng-q-53", "ng-q7", "ng-q192.0.2.53-", "ng-r192.0.2.53-53"})
  void takesNothingElseForAServer(String prefix) {
    assertNull(QueryPrefix.server(prefix));
  }
}
