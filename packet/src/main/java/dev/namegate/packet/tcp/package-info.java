// SPDX-License-Identifier: Apache-2.0
/**
 * DNS over TCP: from segments, in the order in which they come, to whole messages.
 *
 * <pre>
 *  SYN-ACK   segment   segment (early)   segment (fills the gap)
 *     |         |             |                  |
 *  TcpDnsStreams: which connection, and the bounds of all of them
 *     |         |             |                  |
 *  DnsStream    '- in order --|------------------'--&gt; length | message | length | mess...
 *                             '- EarlySegments -'                 |
 *                                                     StreamListener.message
 * </pre>
 */
@NullMarked
package dev.namegate.packet.tcp;

import org.jspecify.annotations.NullMarked;
