// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes to meaning, for what the kernel hands to the queues: IP packets here, the DNS messages in
 * them in {@link dev.namegate.packet.dns}. No I/O, no threads, and no trust in any byte: whatever
 * the network can send decodes to values or to a {@link dev.namegate.packet.ParseStatus} code.
 *
 * <pre>
 *  ring slot (direct buffer)
 *  |  IP header | extension headers | transport header | payload           | padding |
 *  '--------------------- IpPacket.decode ------------------------------------------'
 *      addresses      protocol          ports, ICMP type    payloadOffset/Length
 *                                                                  |
 *                                        DnsMessage.decodeQuery/decodeReply
 *                                              Question, chain of Edges
 *                                        question -CNAME-&gt; name -CNAME-&gt; name -A-&gt; address
 * </pre>
 *
 * <p>Values that outlive a packet are {@link dev.namegate.packet.IpAddress} and {@link
 * dev.namegate.packet.DomainName}; {@code IpPacket} and {@code DnsMessage} are holders that their
 * thread refills.
 */
@NullMarked
package dev.namegate.packet;

import org.jspecify.annotations.NullMarked;
