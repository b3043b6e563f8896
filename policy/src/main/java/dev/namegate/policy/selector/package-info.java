// SPDX-License-Identifier: Apache-2.0
/**
 * The label selector language: text to a tree, and a tree asked about labels.
 *
 * <pre>
 *   "role in {'a', 'b'} &amp;&amp; !has(x)" ──SelectorParser──► Selector ──matches(labels)──► boolean
 *                                                      └──toString()──► canonical text
 * </pre>
 */
@NullMarked
package dev.namegate.policy.selector;

import org.jspecify.annotations.NullMarked;
