// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.ParseStatus;
import dev.namegate.packet.dns.DnsMessage;
import dev.namegate.packet.dns.DnsMessages;
import dev.namegate.packet.dns.Question;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class QuestionTableTest {
  private static final IpAddress CLIENT = IpAddress.parse("10.65.0.2");
  private static final IpAddress OTHER_CLIENT = IpAddress.parse("10.65.0.3");
  private static final IpAddress SERVER = IpAddress.parse("192.0.2.53");
  private static final Server ASKED = new Server(SERVER, 53);
  private static final Server SERVICE = new Server(IpAddress.parse("10.96.0.10"), 5353);
  private static final Question QUESTION = question("api.alice.com", 1);

  private final QuestionTable table = new QuestionTable(3, 5);

  private record Server(IpAddress address, int port) {}

  static QuestionKey key(
      IpAddress client, int clientPort, IpAddress server, int port, int id, Question question) {
    byte[] query = DnsMessages.reply(id, question).bytes();
    DnsMessage message = new DnsMessage();
    assertEquals(ParseStatus.OK, message.decodeReply(ByteBuffer.wrap(query), 0, query.length));
    QuestionKey key = new QuestionKey();
    key.client(client.hi(), client.lo(), clientPort);
    key.server(server.hi(), server.lo(), port);
    key.message(message);
    return key;
  }

  private static QuestionKey key(
      IpAddress client, int clientPort, Server server, int id, Question question) {
    return key(client, clientPort, server.address(), server.port(), id, question);
  }

  private static Question question(String name, int type) {
    return new Question(DomainName.parse(name), type, 1);
  }

  private boolean ask(
      IpAddress client, int port, Server asked, Server reached, int id, Question q, long nowNs) {
    IpAddress to = reached.address();
    return table.ask(key(client, port, asked, id, q), to.hi(), to.lo(), reached.port(), nowNs);
  }

  private boolean ask(IpAddress client, int port, int id, Question question, long nowNs) {
    return ask(client, port, ASKED, ASKED, id, question, nowNs);
  }

  private boolean take(IpAddress client, int port, int id, Question question, long nowNs) {
    return table.take(key(client, port, ASKED, id, question), nowNs);
  }

  @Test
  void matchesAnAnswerToItsQuestionOnce() {
    ask(CLIENT, 4000, 7, QUESTION, 0);

    assertTrue(take(CLIENT, 4000, 7, QUESTION, 1));
    assertFalse(take(CLIENT, 4000, 7, QUESTION, 2), "a second answer");
  }

  @Test
  void refusesAnAnswerThatDiffersInAnyPartOfTheKey() {
    ask(CLIENT, 4000, 7, QUESTION, 0);

    assertFalse(take(OTHER_CLIENT, 4000, 7, QUESTION, 1), "client address");
    assertFalse(take(CLIENT, 4001, 7, QUESTION, 1), "client port");
    assertFalse(take(CLIENT, 4000, 8, QUESTION, 1), "id");
    assertFalse(take(CLIENT, 4000, 7, question("b.alice.com", 1), 1), "name");
    assertFalse(take(CLIENT, 4000, 7, question("api.alice.com", 28), 1), "type");
    assertFalse(take(CLIENT, 4000, 7, question("api.alice.co", 1), 1), "shorter name");
    assertFalse(
        table.take(key(CLIENT, 4000, new Server(SERVER, 5353), 7, QUESTION), 1), "server port");
    assertFalse(
        table.take(key(CLIENT, 4000, new Server(CLIENT, 53), 7, QUESTION), 1), "server address");
    assertTrue(take(CLIENT, 4000, 7, QUESTION, 1), "and the question is still open");
  }

  @Test
  void forgetsAQuestionAtTheEndOfItsLife() {
    ask(CLIENT, 4000, 7, QUESTION, 0);

    assertFalse(take(CLIENT, 4000, 7, QUESTION, QuestionTable.LIFE_NS));
    assertEquals(0, table.size());
  }

  @Test
  void renewsAQuestionThatIsAskedAgain() {
    ask(CLIENT, 4000, 7, QUESTION, 0);
    ask(CLIENT, 4000, 7, QUESTION, QuestionTable.LIFE_NS - 1);

    assertEquals(1, table.size());
    assertTrue(take(CLIENT, 4000, 7, QUESTION, QuestionTable.LIFE_NS + 1));
  }

  @Test
  void refusesOneClientsFloodAndServesTheOthers() {
    for (int id = 0; id < 3; id++) {
      assertTrue(ask(CLIENT, 4000, id, QUESTION, 0));
    }

    assertFalse(ask(CLIENT, 4000, 3, QUESTION, 0), "over the bound of one client");
    assertTrue(ask(OTHER_CLIENT, 4000, 3, QUESTION, 0));
    assertTrue(take(CLIENT, 4000, 2, QUESTION, 0), "what was recorded before the flood");
    assertTrue(ask(CLIENT, 4000, 3, QUESTION, 0), "room again after an answer");
  }

  @Test
  void refusesBeyondTheBoundOfAllClientsAndRecoversByExpiry() {
    for (int port = 0; port < 5; port++) {
      assertTrue(ask(port % 2 == 0 ? CLIENT : OTHER_CLIENT, port, 1, QUESTION, 0));
    }

    assertFalse(ask(OTHER_CLIENT, 9, 1, QUESTION, 1));
    assertTrue(ask(OTHER_CLIENT, 9, 1, QUESTION, QuestionTable.LIFE_NS));
    assertEquals(1, table.size());
  }

  private boolean answeredBy(Server server, long nowNs) {
    return table.take(key(CLIENT, 4000, server, 7, QUESTION), nowNs);
  }

  @Test
  void takesOneAnswerFromBehindDnatWhicheverOfTheServersAddressesItHas() {
    for (Server met : new Server[] {SERVICE, ASKED}) {
      assertTrue(ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 0));
      assertTrue(ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 1));

      assertTrue(answeredBy(met, 2));
      assertFalse(answeredBy(SERVICE, 3), "a second answer");
      assertFalse(answeredBy(ASKED, 3), "a second answer");
    }
    assertEquals(0, table.size());
  }

  @Test
  void forgetsTheServerBehindDnatWithItsQuestion() {
    assertTrue(ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 0));

    assertFalse(answeredBy(ASKED, QuestionTable.LIFE_NS));
    assertEquals(0, table.size());
  }

  @Test
  void laterQuestionThatDnatLedToTheSameServerTakesTheAnswersFromThere() {
    Server other = new Server(IpAddress.parse("10.96.0.11"), 53);
    assertTrue(ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 0));
    assertTrue(ask(CLIENT, 4000, other, ASKED, 7, QUESTION, 1));

    assertTrue(answeredBy(ASKED, 2));
    assertFalse(answeredBy(ASKED, 3), "led there before the other");
    assertFalse(answeredBy(other, 3), "was answered");
    assertTrue(answeredBy(SERVICE, 4));
  }
}
