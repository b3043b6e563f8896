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
 * <p>A server has two addresses where DNAT leads its clients to another. A reply is met with either
 * of them: which one depends on its way and, for what the host asked itself, on the backend of
 * {@code iptables}, whose nft variant hooks the security table behind the translation.
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
  private final LinkedHashMap<Key, Open> open = new LinkedHashMap<>();

  /** The keys of open questions by the server that DNAT led them to. */
  private final Map<Key, Key> translated = new HashMap<>();

  private final Map<IpAddress, Integer> perClient = new HashMap<>();

  /** An address and port that questions are sent to. */
  record Server(IpAddress address, int port) {}

  private record Key(
      IpAddress client,
      int clientPort,
      IpAddress server,
      int serverPort,
      int id,
      Question question) {}

  /**
   * @param translated the question with the server that DNAT led it to; itself without DNAT
   */
  private record Open(long endNs, Key translated) {}

  QuestionTable(int maxPerClient, int maxQuestions) {
    this.maxPerClient = maxPerClient;
    this.maxQuestions = maxQuestions;
  }

  /**
   * Records a question that was seen on its way to a server. The same question asked again renews
   * its life; it still has one answer.
   *
   * @param asked the server that the client addressed
   * @param reached the server in the packet, another one behind DNAT
   * @return false if a bound refused it
   */
  boolean ask(
      IpAddress client,
      int clientPort,
      Server asked,
      Server reached,
      int id,
      Question question,
      long nowNs) {
    expire(nowNs);
    Key key = new Key(client, clientPort, asked.address(), asked.port(), id, question);
    Open before = open.remove(key);
    if (before != null) {
      translated.remove(before.translated(), key);
    } else {
      int ofClient = perClient.getOrDefault(client, 0);
      if (ofClient >= maxPerClient || open.size() >= maxQuestions) {
        return false;
      }
      perClient.put(client, ofClient + 1);
    }
    Key seen = key;
    if (!asked.equals(reached)) {
      seen = new Key(client, clientPort, reached.address(), reached.port(), id, question);
      translated.put(seen, key);
    }
    open.put(key, new Open(nowNs + LIFE_NS, seen));
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
    if (!close(key)) {
      Key asked = translated.get(key);
      if (asked == null || !close(asked)) {
        return false;
      }
    }
    forget(client);
    return true;
  }

  private boolean close(Key key) {
    Open closed = open.remove(key);
    if (closed == null) {
      return false;
    }
    translated.remove(closed.translated(), key);
    return true;
  }

  int size() {
    return open.size();
  }

  private void expire(long nowNs) {
    Iterator<Map.Entry<Key, Open>> oldest = open.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Key, Open> entry = oldest.next();
      if (entry.getValue().endNs() - nowNs > 0) {
        return;
      }
      oldest.remove();
      translated.remove(entry.getValue().translated(), entry.getKey());
      forget(entry.getKey().client());
    }
  }

  private void forget(IpAddress client) {
    perClient.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
  }
}
