// SPDX-License-Identifier: Apache-2.0
/** Why a flow is allowed or denied, told by the engine that decides it. */
@NullMarked
package dev.namegate.daemon.explain;

import org.jspecify.annotations.NullMarked;
