// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import com.ibm.icu.text.IDNA;

/**
 * Turns a label written in Unicode into the A-label that is on the wire.
 *
 * <p>Apart from {@link DomainPattern} so that ICU is loaded only when somebody writes such a label.
 *
 * @spec https://www.unicode.org/reports/tr46/#ToASCII UTS #46 §4.2, non-transitional
 */
final class UnicodeLabel {
  private static final IDNA UTS46 =
      IDNA.getUTS46Instance(IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII);

  private UnicodeLabel() {}

  /** The A-label, which the caller still checks. */
  static String toAscii(String label) {
    IDNA.Info info = new IDNA.Info();
    StringBuilder ascii = UTS46.labelToASCII(label, new StringBuilder(), info);
    if (info.hasErrors()) {
      throw new InvalidTextException(
          "label \"" + label + "\" is not valid in an internationalised name " + info.getErrors(),
          "write the A-label (xn--…) that the name's owner uses");
    }
    return ascii.toString();
  }
}
