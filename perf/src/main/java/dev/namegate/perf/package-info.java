// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.perf;

import org.jspecify.annotations.NullMarked;
