// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.namegate.daemon.config;

import org.jspecify.annotations.NullMarked;
