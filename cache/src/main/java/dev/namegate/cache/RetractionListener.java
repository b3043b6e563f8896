// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

/**
 * Hears of addresses that lost a membership before its time: what rests on it elsewhere has to go.
 *
 * <p><b>Threading:</b> called by the cache's writer, during one of its calls.
 *
 * <p><b>Ordering:</b> the loss is published before; what expires when it was said to is no loss,
 * and neither is what {@link DnsCache#rematch} leaves out.
 */
@FunctionalInterface
public interface RetractionListener {
  /** Some domain set contains this address no longer, or for a shorter time. */
  void retracted(long hi, long lo);
}
