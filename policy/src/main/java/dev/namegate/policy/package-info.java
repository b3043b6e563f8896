// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.policy;

import org.jspecify.annotations.NullMarked;
