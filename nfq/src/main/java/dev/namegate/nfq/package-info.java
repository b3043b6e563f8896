// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.nfq;

import org.jspecify.annotations.NullMarked;
