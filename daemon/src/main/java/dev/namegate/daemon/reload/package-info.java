// SPDX-License-Identifier: Apache-2.0
/** Taking up what people change in the resource files while the daemon runs. */
@NullMarked
package dev.namegate.daemon.reload;

import org.jspecify.annotations.NullMarked;
