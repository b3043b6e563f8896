// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.daemon;

import org.jspecify.annotations.NullMarked;
