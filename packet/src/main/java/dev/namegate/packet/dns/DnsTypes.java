// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

/**
 * The numbers of record types and classes that this project names.
 *
 * @spec https://www.iana.org/assignments/dns-parameters IANA: DNS parameters
 */
public final class DnsTypes {
  public static final int A = 1;
  public static final int NS = 2;
  public static final int CNAME = 5;
  public static final int SOA = 6;
  public static final int PTR = 12;
  public static final int MX = 15;
  public static final int TXT = 16;
  public static final int AAAA = 28;
  public static final int SRV = 33;
  public static final int NAPTR = 35;
  public static final int DNAME = 39;
  public static final int OPT = 41;
  public static final int DS = 43;
  public static final int RRSIG = 46;
  public static final int NSEC = 47;
  public static final int DNSKEY = 48;
  public static final int SVCB = 64;
  public static final int HTTPS = 65;
  public static final int ANY = 255;

  public static final int CLASS_IN = 1;
  public static final int CLASS_CH = 3;
  public static final int CLASS_ANY = 255;

  private DnsTypes() {}

  /** The type's mnemonic, or {@code TYPE<number>} as RFC 3597 §5 has it. */
  public static String name(int type) {
    return switch (type) {
      case A -> "A";
      case NS -> "NS";
      case CNAME -> "CNAME";
      case SOA -> "SOA";
      case PTR -> "PTR";
      case MX -> "MX";
      case TXT -> "TXT";
      case AAAA -> "AAAA";
      case SRV -> "SRV";
      case NAPTR -> "NAPTR";
      case DNAME -> "DNAME";
      case OPT -> "OPT";
      case DS -> "DS";
      case RRSIG -> "RRSIG";
      case NSEC -> "NSEC";
      case DNSKEY -> "DNSKEY";
      case SVCB -> "SVCB";
      case HTTPS -> "HTTPS";
      case ANY -> "ANY";
      default -> "TYPE" + type;
    };
  }

  /** The class's mnemonic, or {@code CLASS<number>} as RFC 3597 §5 has it. */
  public static String className(int dnsClass) {
    return switch (dnsClass) {
      case CLASS_IN -> "IN";
      case CLASS_CH -> "CH";
      case CLASS_ANY -> "ANY";
      default -> "CLASS" + dnsClass;
    };
  }
}
