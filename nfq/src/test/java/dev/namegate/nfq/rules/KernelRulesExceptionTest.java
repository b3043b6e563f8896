// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelRulesExceptionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Could not fetch rule set generation id: Permission denied (you must be root) | as root",
        "Fatal: can't open lock file /run/xtables.lock: Permission denied | run as root",
        "ipset v7.17: Kernel error received: Operation not permitted | run as root",
        "Another app is currently holding the xtables lock. | fuser -v /run/xtables.lock",
        "# Table `raw' is incompatible, use 'nft' tool. | legacy backend",
        "Couldn't load match `set':No such file or directory | --reinstall iptables",
        "can't initialize iptables table `security': Table does not exist | modprobe iptable_sec",
        "Extension NFQUEUE revision 0 not supported, missing kernel module? | modprobe xt_NFQUEUE",
        "iptables-restore: No chain/target/match by that name. | modprobe xt_NFQUEUE",
        "Set ng-src4 doesn't exist. | start again",
        "Error in line 65: Hash is full, cannot add more elements | 64 interfaces",
        "exec of \"ipset\" failed: No such file or directory | apt-get install",
        "Cannot open session to kernel. | modprobe ip_set",
        "ipset v7.17: Kernel error received: set type not supported | ip_set_hash_ipportip",
        "something unheard of | namegate rules",
      })
  void saysWhatToDo(String error, String advice) {
    KernelRulesException e = failed("x\ny\n", error, 2);

    assertTrue(e.advice().contains(advice), e::getMessage);
    assertTrue(e.detail().startsWith(error) || error.startsWith("#"), e::getMessage);
  }

  @Test
  void quotesTheRefusedLineOfTheInput() {
    String input = "*raw\n-A ng-raw -j NOTHING\nCOMMIT\n";

    assertEquals(
        "iptables-restore --noflush: exit 2: no good (\"-A ng-raw -j NOTHING\") — run the command"
            + " by hand to see more; \"namegate rules\" prints its input",
        failed(input, "no good\nError occurred at line: 2\n", 2).getMessage());
    assertEquals("no good", failed(input, "no good\nError occurred at line: 9\n", 2).detail());
  }

  private static KernelRulesException failed(String input, String error, int exitCode) {
    return KernelRulesException.failed(
        List.of("iptables-restore", "--noflush"),
        input,
        new CommandRunner.Result(exitCode, "", error));
  }
}
