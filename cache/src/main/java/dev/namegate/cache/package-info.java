// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.cache;

import org.jspecify.annotations.NullMarked;
