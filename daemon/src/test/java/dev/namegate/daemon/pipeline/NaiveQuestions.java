// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Question;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@link QuestionTable} does, written with maps of objects: to compare it with. */
final class NaiveQuestions {
  record Key(
      IpAddress client,
      int clientPort,
      IpAddress server,
      int serverPort,
      int id,
      Question question) {
    Key withServer(IpAddress other, int port) {
      return new Key(client, clientPort, other, port, id, question);
    }
  }

  private record Open(long endNs, Key translated) {}

  private final int maxPerClient;
  private final int maxQuestions;
  private final LinkedHashMap<Key, Open> open = new LinkedHashMap<>();
  private final Map<Key, Key> translated = new HashMap<>();
  private final Map<IpAddress, Integer> perClient = new HashMap<>();

  NaiveQuestions(int maxPerClient, int maxQuestions) {
    this.maxPerClient = maxPerClient;
    this.maxQuestions = maxQuestions;
  }

  boolean ask(Key key, IpAddress reached, int reachedPort, long nowNs) {
    expire(nowNs);
    Open before = open.remove(key);
    if (before != null) {
      translated.remove(before.translated(), key);
    } else {
      int ofClient = perClient.getOrDefault(key.client(), 0);
      if (ofClient >= maxPerClient || open.size() >= maxQuestions) {
        return false;
      }
      perClient.put(key.client(), ofClient + 1);
    }
    Key seen = key.withServer(reached, reachedPort);
    if (!seen.equals(key)) {
      translated.put(seen, key);
    }
    open.put(key, new Open(nowNs + QuestionTable.LIFE_NS, seen));
    return true;
  }

  boolean take(Key key, long nowNs) {
    expire(nowNs);
    if (!close(key)) {
      Key asked = translated.get(key);
      if (asked == null || !close(asked)) {
        return false;
      }
    }
    forget(key.client());
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
