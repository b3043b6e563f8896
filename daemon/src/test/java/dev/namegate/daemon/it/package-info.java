// SPDX-License-Identifier: Apache-2.0
/**
 * The real daemon on the real kernel: each test starts it in the host of a lab ({@link
 * dev.namegate.daemon.lab.Lab}) and sends packets through it. Methods are named after the rows of
 * the behaviour checklist where there is one.
 */
@NullMarked
package dev.namegate.daemon.it;

import org.jspecify.annotations.NullMarked;
