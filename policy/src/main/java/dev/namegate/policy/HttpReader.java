// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.stream.Stream;

/**
 * Checks what an ingress rule says of HTTP requests. Nothing of it is kept: ingress is not
 * enforced.
 */
final class HttpReader {
  private static final List<String> OPERATORS = List.of("Exists", "NotExists", "In", "NotIn");

  private HttpReader() {}

  static void check(YamlObject rule) {
    YamlObject http = rule.object("http");
    if (http == null) {
      return;
    }
    http.strings("methods");
    http.objects("paths").forEach(HttpReader::checkPath);
    http.objects("headers").forEach(HttpReader::checkHeader);
    http.finish();
  }

  private static void checkPath(YamlObject path) {
    long forms = Stream.of("exact", "prefix").filter(key -> path.string(key) != null).count();
    path.finish();
    if (forms != 1) {
      path.problemHere("is not one path", "write either exact or prefix");
    }
  }

  private static void checkHeader(YamlObject header) {
    header.requiredString("header");
    String operator = header.requiredString("operator");
    header.strings("values");
    header.finish();
    if (!operator.isEmpty() && !OPERATORS.contains(operator)) {
      header.error(
          "operator", "\"" + operator + "\" is unknown", Spelling.suggest(operator, OPERATORS));
    }
  }
}
