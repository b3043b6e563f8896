// SPDX-License-Identifier: Apache-2.0
package dev.namegate.perf.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The consumer of {@code consumer.c}, which accepts everything: the least that any enforcer on a
 * queue costs.
 */
record CConsumer(Way way, Feeds feeds) implements Variant {
  private static final int QUEUE = 7;

  /** How it takes packets. */
  enum Way {
    PLAIN("recv, send; sleeps"),
    BATCHED("recvmmsg of up to 64, one send"),
    POLLING("as plain, polls 50 us before it sleeps"),
    BOUND("as plain, for each CPU one that is bound there and gets the packets of that CPU");

    private final String description;

    Way(String description) {
      this.description = description;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which packets it gets. */
  enum Feeds {
    FLOWS("each packet of a new flow"),
    REPLIES("each DNS reply"),
    REPLIES_AND_SET("each DNS reply, whose addresses it adds to an ipset first");

    private final String description;

    Feeds(String description) {
      this.description = description;
    }
  }

  @Override
  public String name() {
    return "c-" + way.word() + (feeds == Feeds.REPLIES_AND_SET ? "-ipset" : "");
  }

  @Override
  public String description() {
    String acknowledged =
        way == Way.BATCHED ? " (many in one message)" : " (one by one, awaiting each answer)";
    return "C consumer ("
        + way.description
        + "): "
        + feeds.description
        + (feeds == Feeds.REPLIES_AND_SET ? acknowledged : "");
  }

  @Override
  public void start(Bed bed) {
    List<String> command =
        new ArrayList<>(List.of(bed.checkout().program("consumer"), "" + QUEUE, way.word()));
    if (feeds == Feeds.REPLIES_AND_SET) {
      Sets.create(bed);
      command.addAll(List.of(Sets.V4, Sets.V6));
    }
    bed.start(Room.HOST, "consumer", command.toArray(String[]::new));
    String queue = " -j NFQUEUE " + queues();
    if (feeds == Feeds.FLOWS) {
      bed.bothTables("-t security -A FORWARD -i cali-wl -m conntrack --ctstate NEW" + queue);
      bed.bothTables("-t security -A OUTPUT -o eth0 -m conntrack --ctstate NEW" + queue);
    } else {
      bed.bothTables("-t security -A FORWARD -o cali-wl -p udp --sport 53" + queue);
      bed.bothTables("-t security -A INPUT -i eth0 -p udp --sport 53" + queue);
    }
  }

  private String queues() {
    int last = QUEUE + Runtime.getRuntime().availableProcessors() - 1;
    return way == Way.BOUND && last > QUEUE
        ? "--queue-balance " + QUEUE + ":" + last + " --queue-cpu-fanout"
        : "--queue-num " + QUEUE;
  }

  @Override
  public String process() {
    return "consumer";
  }

  @Override
  public String check(Bed bed) {
    if (feeds == Feeds.REPLIES_AND_SET) {
      Sets.check(bed);
    }
    return "";
  }
}
