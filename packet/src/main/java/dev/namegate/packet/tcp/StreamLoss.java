// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

/** Why messages on a connection are missed. All but the first end the following of a stream. */
public enum StreamLoss {
  /** A segment with data of a connection that is not followed: its beginning was not seen. */
  NOT_FOLLOWED,
  /** A segment came without all of its data. */
  CUT,
  /** More segments ahead of a missing one than are kept. */
  TOO_MUCH_AHEAD,
  /** Two segments say different things about the same octets, and either may have been taken. */
  CONTRADICTION,
  /** More streams than are followed; this one was idle longest. */
  TOO_MANY_STREAMS,
  /** More octets wait for the rest of a message than are kept; this stream was idle longest. */
  TOO_MANY_OCTETS,
  /** Nothing came for so long that the connection is taken for dead. */
  IDLE
}
