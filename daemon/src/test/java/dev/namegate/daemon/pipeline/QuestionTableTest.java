// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.dns.Question;
import org.junit.jupiter.api.Test;

class QuestionTableTest {
  private static final IpAddress CLIENT = IpAddress.parse("10.65.0.2");
  private static final IpAddress OTHER_CLIENT = IpAddress.parse("10.65.0.3");
  private static final IpAddress SERVER = IpAddress.parse("192.0.2.53");
  private static final QuestionTable.Server ASKED = new QuestionTable.Server(SERVER, 53);
  private static final QuestionTable.Server SERVICE =
      new QuestionTable.Server(IpAddress.parse("10.96.0.10"), 5353);
  private static final Question QUESTION = question("api.alice.com", 1);

  private final QuestionTable table = new QuestionTable(3, 5);

  private static Question question(String name, int type) {
    return new Question(DomainName.parse(name), type, 1);
  }

  private boolean ask(IpAddress client, int port, int id, Question question, long nowNs) {
    return table.ask(client, port, ASKED, ASKED, id, question, nowNs);
  }

  private boolean take(IpAddress client, int port, int id, Question question, long nowNs) {
    return table.take(
        client.hi(), client.lo(), port, SERVER.hi(), SERVER.lo(), 53, id, question, nowNs);
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
    assertFalse(
        table.take(0, 1, 4000, SERVER.hi(), SERVER.lo(), 5353, 7, QUESTION, 1), "server port");
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

  private boolean answeredBy(QuestionTable.Server server, long nowNs) {
    IpAddress address = server.address();
    return table.take(
        CLIENT.hi(),
        CLIENT.lo(),
        4000,
        address.hi(),
        address.lo(),
        server.port(),
        7,
        QUESTION,
        nowNs);
  }

  @Test
  void takesOneAnswerFromBehindDnatWhicheverOfTheServersAddressesItHas() {
    for (QuestionTable.Server met : new QuestionTable.Server[] {SERVICE, ASKED}) {
      assertTrue(table.ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 0));
      assertTrue(table.ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 1));

      assertTrue(answeredBy(met, 2));
      assertFalse(answeredBy(SERVICE, 3), "a second answer");
      assertFalse(answeredBy(ASKED, 3), "a second answer");
    }
    assertEquals(0, table.size());
  }

  @Test
  void forgetsTheServerBehindDnatWithItsQuestion() {
    assertTrue(table.ask(CLIENT, 4000, SERVICE, ASKED, 7, QUESTION, 0));

    assertFalse(answeredBy(ASKED, QuestionTable.LIFE_NS));
    assertEquals(0, table.size());
  }
}
