// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/** What a link leads to. */
sealed interface Node permits NameNode, AddressNode {}
