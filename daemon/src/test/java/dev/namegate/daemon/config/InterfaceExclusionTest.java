// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceExclusionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kube-ipvs0|kube-ipvs0|true",
        "kube-ipvs0|kube-ipvs01|false",
        "kube-ipvs0, dummy.1|dummy.1|true",
        "dummy.1|dummy-1|false",
        "a,/^veth/|veth7|true",
        "a,/^veth/|aveth|false",
        "/th/|eth0|true",
      })
  void excludesByNameOrExpression(String text, String name, boolean excluded)
      throws BadValueException {
    assertEquals(excluded, InterfaceExclusion.parse(text).excludes(name));
  }

  @Test
  void excludesTheInterfaceOfKubeProxyByDefault() {
    assertEquals(true, InterfaceExclusion.DEFAULT.excludes("kube-ipvs0"));
    assertEquals(false, InterfaceExclusion.DEFAULT.excludes("eth0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,,b", "a b", "/(/", "//", "sixteen-letters-x"})
  void refusesWhatIsNoName(String text) {
    assertThrows(BadValueException.class, () -> InterfaceExclusion.parse(text));
  }
}
