// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import dev.namegate.cache.CacheConfig;
import dev.namegate.daemon.pipeline.*;
import dev.namegate.nfq.QueueConfig;
import dev.namegate.nfq.rules.*;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.*;
import java.time.Duration;
import java.util.List;

public final class ConfigReader {
  public record Result(DaemonConfig config, List<Problem> problems) {}

  private ConfigReader() {}

  public static Result read(Resources r, String node) {
    RulesConfig rules =
        RulesConfig.builder()
            .trustedServers(
                List.of(
                    new TrustedServer(IpAddress.parse("192.0.2.53"), 53),
                    new TrustedServer(IpAddress.parse("2001:db8:2::53"), 53)))
            .hostEndpoints(List.of(new HostEndpointRule("eth0")))
            .build();
    return new Result(
        new DaemonConfig(
            rules,
            java.util.Optional.empty(),
            new QueueConfig(102, 256, 8192, false, true, 16 << 20),
            new QueueConfig(101, 65531, 8192, false, true, 16 << 20),
            CacheConfig.DEFAULT,
            new PipelineConfig(
                StageThreads.POLLED, Duration.ofNanos(50_000), Duration.ofSeconds(3), 4096, 256),
            false),
        List.of());
  }
}
