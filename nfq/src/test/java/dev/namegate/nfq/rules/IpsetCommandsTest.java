// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class IpsetCommandsTest {
  private static final String SCRIPT = "create a:next x\nswap a:next a\ndestroy a:next\n";
  private static final CommandRunner.Result DONE = new CommandRunner.Result(0, "", "");
  private static final CommandRunner.Result BUSY =
      failed(2, "Kernel error received: Device or resource busy");

  private final List<String> inputs = new ArrayList<>();
  private final Deque<CommandRunner.Result> results = new ArrayDeque<>();
  private int pauses;
  private final IpsetCommands ipset =
      new IpsetCommands(
          (command, input) -> {
            inputs.add(input);
            return results.size() > 1 ? results.poll() : results.element();
          },
          ms -> pauses++);

  private static CommandRunner.Result failed(int line, String why) {
    return new CommandRunner.Result(1, "", "ipset v7.17: Error in line " + line + ": " + why);
  }

  @Test
  void goesOnWhereASetWasBusy() throws Exception {
    results.add(BUSY);
    results.add(failed(1, "Kernel error received: Device or resource busy"));
    results.add(DONE);

    ipset.restore(SCRIPT);

    String rest = "swap a:next a\ndestroy a:next\n";
    assertEquals(List.of(SCRIPT, rest, rest), inputs);
    assertEquals(2, pauses);
  }

  @Test
  void givesUpOnASetThatStaysBusy() {
    results.add(failed(1, "Kernel error received: Device or resource busy"));

    assertThrows(KernelRulesException.class, () -> ipset.restore(SCRIPT));
    assertEquals(40, inputs.size());
  }

  @Test
  void triesNothingElseAgain() {
    results.add(failed(2, "Sets cannot be swapped: the second set does not exist"));

    assertThrows(KernelRulesException.class, () -> ipset.restore(SCRIPT));
    assertEquals(1, inputs.size());
  }
}
