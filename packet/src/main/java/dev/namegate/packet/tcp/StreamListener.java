// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.tcp;

import java.nio.ByteBuffer;

/**
 * Takes what {@link TcpDnsStreams} finds in a segment, while it looks at it.
 *
 * <p><b>Errors:</b> if it throws, the stream is not followed any more.
 */
public interface StreamListener {
  /**
   * A message is complete, the next of its stream.
   *
   * <p><b>Ownership:</b> the buffer is the segment's or the stream's, and borrowed for the call.
   *
   * @param length 1 to 65,535
   */
  void message(ByteBuffer buffer, int offset, int length);

  /** Messages are, or will be, missed. */
  void lost(StreamLoss why);
}
