// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.config;

/** Whom a learnt address is open to. */
public enum LearningScope {
  /** All endpoints of this host whose policy names the domain, whoever asked. */
  HOST_WIDE,
  /** The endpoint that asked. */
  PER_CLIENT
}
