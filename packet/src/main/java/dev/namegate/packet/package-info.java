// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.packet;

import org.jspecify.annotations.NullMarked;
