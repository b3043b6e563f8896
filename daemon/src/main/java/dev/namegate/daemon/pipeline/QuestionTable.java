// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import dev.namegate.packet.HotPath;

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
@HotPath
final class QuestionTable {
  static final long LIFE_NS = 10_000_000_000L;

  /** At two questions a connection, a thousand connections opened by one client within 10 s. */
  static final int DEFAULT_MAX_PER_CLIENT = 2_048;

  /** About 150 bytes each for most, 400 for the longest name: 10 to 26 MB. */
  static final int DEFAULT_MAX_QUESTIONS = 65_536;

  private final int maxPerClient;
  private final int maxQuestions;

  private final OpenQuestions open = new OpenQuestions();
  private final ClientCounts clients = new ClientCounts();

  QuestionTable(int maxPerClient, int maxQuestions) {
    this.maxPerClient = maxPerClient;
    this.maxQuestions = maxQuestions;
  }

  /**
   * Records a question that was seen on its way to a server. The same question asked again renews
   * its life; it still has one answer.
   *
   * @param key with the server that the client addressed; the name is copied
   * @param reachedHi the server in the packet, another one behind DNAT
   * @return false if a bound refused it
   */
  boolean ask(QuestionKey key, long reachedHi, long reachedLo, int reachedPort, long nowNs) {
    expire(nowNs);
    long hash = open.hash(key);
    int question = asked(key, hash);
    if (question != OpenQuestions.NONE) {
      open.renew(question);
    } else {
      int client = clients.of(key.clientHi, key.clientLo);
      if (clients.count(client) >= maxPerClient || open.size() >= maxQuestions) {
        clients.drop(client);
        return false;
      }
      clients.increment(client);
      question = open.add(key, hash);
      open.client[question] = client;
    }
    open.endNs[question] = nowNs + LIFE_NS;
    open.reachedPort[question] = OpenQuestions.NOT_TRANSLATED;
    translate(question, key, hash, reachedHi, reachedLo, reachedPort);
    return true;
  }

  /** Notes where DNAT led this question; another that it led to the same server is so no more. */
  private void translate(
      int question, QuestionKey key, long hash, long reachedHi, long reachedLo, int reachedPort) {
    if (open.wasAskedOf(question, reachedHi, reachedLo, reachedPort)) {
      return;
    }
    int before = translated(key, hash, reachedHi, reachedLo, reachedPort);
    if (before != OpenQuestions.NONE) {
      open.reachedPort[before] = OpenQuestions.NOT_TRANSLATED;
    }
    open.reachedHi[question] = reachedHi;
    open.reachedLo[question] = reachedLo;
    open.reachedPort[question] = reachedPort;
  }

  /** Takes the question away that this answer is for; false if no such question is open. */
  boolean take(QuestionKey key, long nowNs) {
    expire(nowNs);
    long hash = open.hash(key);
    int question = asked(key, hash);
    if (question == OpenQuestions.NONE) {
      question = translated(key, hash, key.serverHi, key.serverLo, key.serverPort());
    }
    if (question == OpenQuestions.NONE) {
      return false;
    }
    close(question);
    return true;
  }

  private void close(int question) {
    open.remove(question);
    clients.decrement(open.client[question]);
  }

  /** The question that was asked of the key's server, or none. */
  private int asked(QuestionKey key, long hash) {
    int port = key.serverPort();
    int question = open.first(key, hash);
    while (question != OpenQuestions.NONE
        && !open.wasAskedOf(question, key.serverHi, key.serverLo, port)) {
      question = open.next(question, key, hash);
    }
    return question;
  }

  /** The question that DNAT led to this server, or none. */
  private int translated(QuestionKey key, long hash, long hi, long lo, int port) {
    int question = open.first(key, hash);
    while (question != OpenQuestions.NONE && !open.hasReached(question, hi, lo, port)) {
      question = open.next(question, key, hash);
    }
    return question;
  }

  int size() {
    return open.size();
  }

  private void expire(long nowNs) {
    int oldest = open.oldest();
    while (oldest != OpenQuestions.NONE && open.endNs[oldest] - nowNs <= 0) {
      close(oldest);
      oldest = open.oldest();
    }
  }
}
