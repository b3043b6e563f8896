// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Question;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The open questions: what each flow has asked a trusted server and not been told yet.
 *
 * <p>An answer is matched by client address and port, server address and port, message id, name,
 * type and class, as RFC 5452 asks of a resolver, and takes its question away: a second answer
 * teaches nothing.
 *
 * <p><b>Threading:</b> confined to the learning stage.
 *
 * <p><b>Bounds:</b> a question lives {@link #LIFE_NS}; at most {@code maxPerClient} for one client
 * address and {@code maxQuestions} in all. A question beyond either is refused, and so its answer
 * teaches nothing; a client that floods hurts itself first.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc5452#section-9.1 RFC 5452 §9.1
 */
final class QuestionTable {
  static final long LIFE_NS = 10_000_000_000L;

  /** At two questions a connection, a thousand connections opened by one client within 10 s. */
  static final int DEFAULT_MAX_PER_CLIENT = 2_048;

  /** About 250 bytes each: 16 MB. */
  static final int DEFAULT_MAX_QUESTIONS = 65_536;

  private final int maxPerClient;
  private final int maxQuestions;

  /** The open questions and when they end, the oldest first. */
  private final LinkedHashMap<Key, Long> open = new LinkedHashMap<>();

  private final Map<IpAddress, Integer> perClient = new HashMap<>();

  private record Key(
      IpAddress client,
      int clientPort,
      IpAddress server,
      int serverPort,
      int id,
      Question question) {}

  QuestionTable(int maxPerClient, int maxQuestions) {
    this.maxPerClient = maxPerClient;
    this.maxQuestions = maxQuestions;
  }

  /**
   * Records a question that was seen on its way to a server. The same question asked again renews
   * its life; it still has one answer.
   *
   * @return false if a bound refused it
   */
  boolean ask(
      IpAddress client,
      int clientPort,
      IpAddress server,
      int serverPort,
      int id,
      Question question,
      long nowNs) {
    expire(nowNs);
    Key key = new Key(client, clientPort, server, serverPort, id, question);
    if (open.remove(key) == null) {
      int ofClient = perClient.getOrDefault(client, 0);
      if (ofClient >= maxPerClient || open.size() >= maxQuestions) {
        return false;
      }
      perClient.put(client, ofClient + 1);
    }
    open.put(key, nowNs + LIFE_NS);
    return true;
  }

  /** Takes the question away that this answer is for; false if no such question is open. */
  boolean take(
      long clientHi,
      long clientLo,
      int clientPort,
      long serverHi,
      long serverLo,
      int serverPort,
      int id,
      Question question,
      long nowNs) {
    expire(nowNs);
    IpAddress client = new IpAddress(clientHi, clientLo);
    Key key =
        new Key(client, clientPort, new IpAddress(serverHi, serverLo), serverPort, id, question);
    if (open.remove(key) == null) {
      return false;
    }
    forget(client);
    return true;
  }

  int size() {
    return open.size();
  }

  private void expire(long nowNs) {
    Iterator<Map.Entry<Key, Long>> oldest = open.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Key, Long> entry = oldest.next();
      if (entry.getValue() - nowNs > 0) {
        return;
      }
      oldest.remove();
      forget(entry.getKey().client());
    }
  }

  private void forget(IpAddress client) {
    perClient.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
  }
}
