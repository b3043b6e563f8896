// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.DocumentReader.Found;
import java.nio.file.Path;
import java.util.List;

/**
 * What one file says, whatever others say.
 *
 * @param problems those that belong to no object
 * @param unreadable whether not every object of it is known
 */
record FileContent(List<Found> found, Problems problems, boolean unreadable) {
  static FileContent of(Path file, YamlFile.Bytes bytes) {
    Problems problems = new Problems();
    return of(file.toString(), YamlFile.parse(file, bytes, problems), problems);
  }

  /**
   * What these documents say.
   *
   * @param problems those met so far
   */
  static FileContent of(String file, List<YamlNode> roots, Problems problems) {
    boolean unreadable = problems.errors() > 0;
    DocumentReader documents = new DocumentReader(problems);
    for (YamlNode root : roots) {
      unreadable |= !documents.read(file, root);
    }
    return new FileContent(documents.found(), problems, unreadable);
  }
}
