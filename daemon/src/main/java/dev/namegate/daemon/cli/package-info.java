// SPDX-License-Identifier: Apache-2.0
/** The command line: one class a command, and the exit codes they share. */
@NullMarked
package dev.namegate.daemon.cli;

import org.jspecify.annotations.NullMarked;
