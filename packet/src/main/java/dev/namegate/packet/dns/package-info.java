// SPDX-License-Identifier: Apache-2.0
/**
 * DNS messages, as far as they teach: the question, and the answer's records on the chain from it.
 *
 * <pre>
 *  question  www.example.org A
 *  ANSWER    www.example.org  CNAME  edge.example.net   AliasEdge
 *            edge.example.net CNAME  a7.cdn.example     AliasEdge
 *            a7.cdn.example   A      203.0.113.7        AddressEdge
 *            other.example    A      203.0.113.9        not reachable from the question: ignored
 * </pre>
 */
@NullMarked
package dev.namegate.packet.dns;

import org.jspecify.annotations.NullMarked;
