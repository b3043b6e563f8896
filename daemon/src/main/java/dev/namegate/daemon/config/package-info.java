// SPDX-License-Identifier: Apache-2.0
/**
 * The daemon's settings: each described once, looked for in several places, and made into one
 * {@link dev.namegate.daemon.config.DaemonConfig}.
 *
 * <pre>
 *  environment ─┐ TextSource                        FelixParameters, NamegateParameters
 *  felix.cfg ───┤                                     (name, type, default, meaning)
 *  objects ─────┘ ObjectSource (NodeObjects: which)              │
 *        │                                                       │
 *        └──────► ParameterValues: the first source that has it ◄┘──► docs/operations.md
 *                         │
 *                         ▼
 *                    ConfigReader ──► DaemonConfig, problems, notices
 * </pre>
 */
@NullMarked
package dev.namegate.daemon.config;

import org.jspecify.annotations.NullMarked;
