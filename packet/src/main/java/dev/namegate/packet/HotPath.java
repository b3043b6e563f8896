// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks code that runs for each packet. What is marked keeps these rules, and an allocation test
 * proves the first of them:
 *
 * <ul>
 *   <li>no allocation, no boxing, no streams, no string building;
 *   <li>no lock, and no system call but the one that the method is named for;
 *   <li>no log line: a counter instead;
 *   <li>no clock of its own: the time of the batch is handed in as {@code nowNs};
 *   <li>no exception for input that the network can send: a {@link ParseStatus} code instead.
 * </ul>
 */
@Documented
@Retention(RetentionPolicy.SOURCE)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface HotPath {}
