// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/** What a {@link KeyedTable} finds by its key. */
abstract class Keyed {
  /** The hash of its key in the table that it stands in; {@link KeyedTable} writes it. */
  int hash;
}
