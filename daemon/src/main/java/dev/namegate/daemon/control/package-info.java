// SPDX-License-Identifier: Apache-2.0
/** The running daemon's own door: a Unix socket that answers {@code namegate status}. */
@NullMarked
package dev.namegate.daemon.control;

import org.jspecify.annotations.NullMarked;
