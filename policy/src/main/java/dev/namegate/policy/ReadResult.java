// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;

/**
 * What was read.
 *
 * @param resources the objects without errors
 * @param problems of all others, and warnings, in the order of the files
 */
public record ReadResult(Resources resources, List<Problem> problems) {}
