// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.time.Duration;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a {@link RaceClient} saw.
 *
 * @param failed first attempts that did not connect within the client's patience
 * @param unanswered cycles whose DNS reply never came
 * @param retransmits TCP segments sent again by the client's namespace, for whatever reason
 * @param synRetransmits SYNs among them: each is a first packet that was lost or late
 */
public record RaceResult(
    int cycles, int connected, int failed, int unanswered, long retransmits, long synRetransmits) {

  /** So long that a first packet that was lost is sent again within it, and counted as such. */
  public static final Duration PATIENT = Duration.ofSeconds(10);

  /** Runs the client in this room, asking over UDP, and waits for its result. */
  public static RaceResult run(
      Lab lab,
      Room room,
      String server,
      String zone,
      int first,
      int cycles,
      int port,
      String type) {
    return run(lab, room, "UDP", server, zone, first, cycles, port, type, PATIENT);
  }

  /**
   * The same over this transport, {@code UDP} or {@code TCP}.
   *
   * @param patience how long the first attempt to connect may take
   */
  public static RaceResult run(
      Lab lab,
      Room room,
      String transport,
      String server,
      String zone,
      int first,
      int cycles,
      int port,
      String type,
      Duration patience) {
    CommandResult result =
        lab.execJava(
            room,
            Duration.ofMinutes(10),
            RaceClient.class,
            server,
            zone,
            Integer.toString(first),
            Integer.toString(cycles),
            Integer.toString(port),
            type,
            transport,
            Long.toString(patience.toMillis()));
    System.err.print(result.orFail().stderr());
    return fromJson(result.stdout());
  }

  String toJson() {
    return String.format(
        "{\"cycles\": %d, \"connected\": %d, \"failed\": %d, \"unanswered\": %d,"
            + " \"retransmits\": %d, \"synRetransmits\": %d}",
        cycles, connected, failed, unanswered, retransmits, synRetransmits);
  }

  private static RaceResult fromJson(String json) {
    var map = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json);
    return new RaceResult(
        number(map, "cycles"),
        number(map, "connected"),
        number(map, "failed"),
        number(map, "unanswered"),
        number(map, "retransmits"),
        number(map, "synRetransmits"));
  }

  private static int number(Map<?, ?> map, String key) {
    if (map.get(key) instanceof Number number) {
      return number.intValue();
    }
    throw new IllegalArgumentException("no number '" + key + "' in " + map);
  }

  /** Whether every cycle connected, and no first packet was sent twice. */
  public boolean isClean() {
    return connected == cycles && synRetransmits == 0;
  }
}
