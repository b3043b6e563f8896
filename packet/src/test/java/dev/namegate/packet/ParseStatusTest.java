// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Field;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ParseStatusTest {
  @Test
  void namesEachCodeAsItsConstant() throws IllegalAccessException {
    int codes = 0;
    for (Field field : ParseStatus.class.getFields()) {
      if (!field.getName().equals("COUNT")) {
        assertEquals(
            field.getName().toLowerCase(Locale.ROOT), ParseStatus.name(field.getInt(null)));
        codes++;
      }
    }

    assertEquals(ParseStatus.COUNT, codes);
  }

  @Test
  void givesEachCodeANameOfItsOwn() {
    assertEquals(
        ParseStatus.COUNT,
        IntStream.range(0, ParseStatus.COUNT)
            .mapToObj(i -> ParseStatus.name(-i))
            .distinct()
            .count());
    assertThrows(ArrayIndexOutOfBoundsException.class, () -> ParseStatus.name(-ParseStatus.COUNT));
  }
}
