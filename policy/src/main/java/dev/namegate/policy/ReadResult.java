// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;

/**
 * What was read: the valid objects, and every problem of the others.
 *
 * @param problems by file, line and column
 * @param refused the objects that are absent because of an error in them, as far as they could be
 *     told
 * @param unreadableFiles the files of which not every object is known, because they do not parse or
 *     have an object that does not say who it is; also directories that cannot be listed, and what
 *     was named and does not exist
 */
public record ReadResult(
    Resources resources,
    List<Problem> problems,
    List<ResourceId> refused,
    List<String> unreadableFiles) {
  public boolean hasErrors() {
    return problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
  }
}
