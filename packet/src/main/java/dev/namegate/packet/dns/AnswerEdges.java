// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SVCBBase;

/**
 * The edges that the records of one answer make, each filed under the owner of its record.
 *
 * <p>The two differ for the address hints of a record that names another target: they are the
 * target's addresses, but only who came by the record's owner may believe them.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9460#section-2.4 RFC 9460 §2.4
 */
final class AnswerEdges {
  /** The SvcPriority of AliasMode. */
  private static final int ALIAS_MODE = 0;

  private static final int IPV4_LENGTH = 4;
  private static final int IPV6_LENGTH = 16;

  private final Map<DomainName, List<Edge>> byOwner = new HashMap<>();
  private final boolean addressHints;

  /**
   * @param addressHints whether HTTPS and SVCB records make edges
   */
  AnswerEdges(boolean addressHints) {
    this.addressHints = addressHints;
  }

  /** The edges of the records of this owner, in the order of the records. */
  List<Edge> ofRecordsOf(DomainName owner) {
    return byOwner.getOrDefault(owner, List.of());
  }

  void addAll(List<Record> answer) {
    for (Record record : answer) {
      if (record.getDClass() == DnsTypes.CLASS_IN) {
        add(record);
      }
    }
  }

  private void add(Record record) {
    switch (record.getType()) {
      case DnsTypes.A, DnsTypes.AAAA -> {
        DomainName owner = name(record.getName());
        IpAddress address = IpAddress.ofBytes(record.rdataToWireCanonical());
        file(owner, new AddressEdge(owner, address, ttlSeconds(record)));
      }
      case DnsTypes.CNAME -> {
        DomainName owner = name(record.getName());
        DomainName target = name(((CNAMERecord) record).getTarget());
        file(owner, new AliasEdge(owner, target, ttlSeconds(record)));
      }
      case DnsTypes.SVCB, DnsTypes.HTTPS -> {
        if (addressHints) {
          addService((SVCBBase) record);
        }
      }
      default -> {}
    }
  }

  /**
   * In AliasMode the owner is an alias, and the root as target says that there is no service; in
   * ServiceMode the root stands for the owner.
   *
   * @spec https://www.rfc-editor.org/rfc/rfc9460#section-2.5 RFC 9460 §2.5
   */
  private void addService(SVCBBase record) {
    DomainName owner = name(record.getName());
    DomainName target = name(record.getTargetName());
    long ttlSeconds = ttlSeconds(record);
    boolean named = !target.equals(DomainName.ROOT);
    if (named && !target.equals(owner)) {
      file(owner, new AliasEdge(owner, target, ttlSeconds));
    }
    if (record.getSvcPriority() != ALIAS_MODE) {
      DomainName effective = named ? target : owner;
      addHints(owner, effective, record, SVCBBase.IPV4HINT, IPV4_LENGTH);
      addHints(owner, effective, record, SVCBBase.IPV6HINT, IPV6_LENGTH);
    }
  }

  private void addHints(DomainName owner, DomainName target, SVCBBase record, int key, int length) {
    SVCBBase.ParameterBase parameter = record.getSvcParamValue(key);
    // It says null for a key that the record does not have.
    byte[] hints = parameter == null ? new byte[0] : parameter.toWire();
    for (int at = 0; at < hints.length; at += length) {
      IpAddress address = IpAddress.ofBytes(Arrays.copyOfRange(hints, at, at + length));
      file(owner, new AddressEdge(target, address, ttlSeconds(record)));
    }
  }

  private void file(DomainName recordOwner, Edge edge) {
    byOwner.computeIfAbsent(recordOwner, owner -> new ArrayList<>()).add(edge);
  }

  static DomainName name(Name name) {
    return DomainName.ofWire(name.toWireCanonical());
  }

  private static long ttlSeconds(Record record) {
    long ttlSeconds = record.getTTL();
    return ttlSeconds > Edge.MAX_TTL_SECONDS ? 0 : ttlSeconds;
  }
}
