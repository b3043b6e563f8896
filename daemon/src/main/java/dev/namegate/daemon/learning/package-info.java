// SPDX-License-Identifier: Apache-2.0
/** What is learnt, over the end of one daemon and the start of the next. */
@NullMarked
package dev.namegate.daemon.learning;

import org.jspecify.annotations.NullMarked;
