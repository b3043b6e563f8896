// SPDX-License-Identifier: Apache-2.0
/**
 * A small world of network namespaces for tests that need the real kernel, and the programs that
 * play their parts in it.
 *
 * <pre>
 *   test JVM (root namespace)                 ng-NAME-wl      ng-NAME-host     ng-NAME-net
 *   ─────────────────────────                 ──────────      ────────────     ───────────
 *   Lab ──────── scripts/lab-up ────────────▶ RaceClient      DaemonProcess    LabDns
 *    │           ip netns exec …              DnsDatagram                      TcpSink
 *    ├ Connectivity  (who reaches what)       nc, dig, curl                    dnsmasq, nginx
 *    └ LabEvidence   (what a failure leaves)
 * </pre>
 *
 * Nothing here touches the root namespace's network. A lab is removed when it is closed; each has a
 * name with the test JVM's process id in it, so that runs do not meet.
 */
@NullMarked
package dev.namegate.daemon.lab;

import org.jspecify.annotations.NullMarked;
