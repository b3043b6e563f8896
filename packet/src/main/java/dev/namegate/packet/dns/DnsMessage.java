// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet.dns;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.ParseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * What one DNS message says: a mutable holder that one thread refills message by message.
 *
 * <p>All or nothing: a message of which any question or record, in any section, does not decode
 * teaches nothing, whatever its TC bit says. So a truncated message (TC=1) whose records are all
 * complete is as good as any: those are genuine records. Octets after the last announced record are
 * ignored, as resolvers do: they belong to no record.
 *
 * <p>{@link CommonMessage} decodes the records of common messages behind our check of the header,
 * dnsjava those of all others. It traces each compression pointer through SLF4J: the logging
 * backend keeps {@code org.xbill.DNS} above its trace level.
 *
 * <p><b>Threading:</b> decoded into by one thread; others may read it when it was handed to them.
 *
 * <p><b>Ownership:</b> copies what it needs; the buffer is borrowed for the call. {@link #links}
 * and {@link #questionName} are this object's own and change with the next message; {@link #chain}
 * and {@link #question} make values that may be kept.
 *
 * <p><b>Bounds:</b> a message of at most {@value #MAX_LENGTH} octets. Decoding a common message
 * allocates nothing but room for one that is longer than those before; any other allocates in
 * proportion to the message, and nothing when the header already refuses it. A long message with
 * pointers to pointers to pointers, which would cost quadratic time, is refused.
 *
 * <p><b>Errors:</b> any bytes decode to a {@link ParseStatus} code; none throw. After any other
 * code than {@code OK} there is no question and no chain; the header's fields are those of the
 * message if it has as much as a header, else 0.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc1035#section-4 RFC 1035 §4
 */
public final class DnsMessage {
  /** The longest message, by the length field of DNS over TCP. */
  public static final int MAX_LENGTH = 65_535;

  private static final int NOERROR = 0;
  private static final int USUAL_NAME_LENGTH = 64;

  /** Up to this length the work that pointers to pointers can make is no concern. */
  private static final int SHORT_MESSAGE_LENGTH = 4_096;

  private final boolean addressHints;
  private final DecodingSpace space;

  /** Whether dnsjava decodes every message. */
  private final boolean byDnsjava;

  private int id;
  private int opcode;
  private int rcode;
  private boolean truncated;
  private final AnswerLinks links = new AnswerLinks();

  /** The question's name in canonical wire form, in an array that is used again. */
  private byte[] questionName = new byte[USUAL_NAME_LENGTH];

  private int questionNameLength;
  private int questionType;
  private int questionClass;

  /** A holder that learns address hints, as the daemon does unless told otherwise. */
  public DnsMessage() {
    this(true);
  }

  /**
   * @param addressHints whether HTTPS and SVCB records teach; what decodes does not depend on it
   */
  public DnsMessage(boolean addressHints) {
    this(addressHints, new DecodingSpace());
  }

  /**
   * @param space to be used by one thread at a time, while it decodes
   */
  public DnsMessage(boolean addressHints, DecodingSpace space) {
    this(addressHints, space, false);
  }

  private DnsMessage(boolean addressHints, DecodingSpace space, boolean byDnsjava) {
    this.addressHints = addressHints;
    this.space = space;
    this.byDnsjava = byDnsjava;
  }

  /** A holder that has dnsjava decode every message: to hold the other way against. */
  static DnsMessage byDnsjava(boolean addressHints) {
    return new DnsMessage(addressHints, new DecodingSpace(), true);
  }

  /**
   * Replaces the content by the query at {@code buffer[offset, offset + length)}.
   *
   * @return a {@link ParseStatus} code
   * @throws IndexOutOfBoundsException if the range is not within the buffer's limit
   */
  public int decodeQuery(ByteBuffer buffer, int offset, int length) {
    return decode(buffer, offset, length, false);
  }

  /**
   * Replaces the content by the reply at {@code buffer[offset, offset + length)}.
   *
   * @return a {@link ParseStatus} code
   * @throws IndexOutOfBoundsException if the range is not within the buffer's limit
   */
  public int decodeReply(ByteBuffer buffer, int offset, int length) {
    return decode(buffer, offset, length, true);
  }

  private int decode(ByteBuffer buffer, int offset, int length, boolean reply) {
    Objects.checkFromIndexSize(offset, length, buffer.limit());
    clear();
    if (length < DnsHeader.LENGTH || length > MAX_LENGTH) {
      return ParseStatus.BAD_DNS_MESSAGE;
    }
    byte[] octets = space.octets(length);
    buffer.get(offset, octets, 0, length);
    id = DnsHeader.id(octets);
    opcode = DnsHeader.opcode(octets);
    rcode = DnsHeader.rcode(octets);
    truncated = DnsHeader.isTruncated(octets);
    int status = DnsHeader.check(octets, length, reply);
    if (status == ParseStatus.OK
        && length > SHORT_MESSAGE_LENGTH
        && CompressionPointers.areStacked(octets, length)) {
      return ParseStatus.BAD_DNS_MESSAGE;
    }
    if (status != ParseStatus.OK) {
      return status;
    }
    if (!byDnsjava && space.common.take(octets, length)) {
      takeOver(space.common, reply);
      return ParseStatus.OK;
    }
    return decodeRecords(octets, length, reply);
  }

  private void takeOver(CommonMessage from, boolean reply) {
    asks(from.questionName(), from.questionNameLength(), from.questionType(), from.questionClass());
    rcode += from.extendedRcode() << 4;
    if (reply && rcode == NOERROR && questionClass == DnsTypes.CLASS_IN) {
      from.addLinks(addressHints, links);
    }
  }

  private void asks(byte[] name, int nameLength, int type, int dnsClass) {
    if (questionName.length < nameLength) {
      questionName = new byte[DomainName.MAX_LENGTH];
    }
    System.arraycopy(name, 0, questionName, 0, nameLength);
    questionNameLength = nameLength;
    questionType = type;
    questionClass = dnsClass;
  }

  private int decodeRecords(byte[] octets, int length, boolean reply) {
    try {
      Message message = new Message(ByteBuffer.wrap(octets, 0, length));
      if (!isComplete(message, octets)) {
        return ParseStatus.BAD_DNS_MESSAGE;
      }
      Record asked = message.getSection(Section.QUESTION).get(0);
      DomainName name = AnswerEdges.name(asked.getName());
      AnswerEdges edges = new AnswerEdges(addressHints);
      edges.addAll(message.getSection(Section.ANSWER));
      rcode = message.getRcode();
      if (reply && rcode == NOERROR && asked.getDClass() == DnsTypes.CLASS_IN) {
        links.fill(AnswerChain.from(name, edges));
      }
      asks(name.wire(), name.wire().length, asked.getType(), asked.getDClass());
      return ParseStatus.OK;
    } catch (IOException | RuntimeException e) {
      // The decoder throws either kind for what it cannot read; which one says nothing.
      return ParseStatus.BAD_DNS_MESSAGE;
    }
  }

  /** Whether each announced record is there: the decoder lets them be missing when TC is set. */
  private static boolean isComplete(Message message, byte[] octets) {
    for (int section = 0; section < DnsHeader.SECTIONS; section++) {
      if (message.getSection(section).size() != DnsHeader.count(octets, section)) {
        return false;
      }
    }
    return true;
  }

  private void clear() {
    id = 0;
    opcode = 0;
    rcode = 0;
    truncated = false;
    questionNameLength = 0;
    questionType = 0;
    questionClass = 0;
    links.clear();
  }

  public int id() {
    return id;
  }

  public int opcode() {
    return opcode;
  }

  /** The response code, the upper bits of EDNS included. */
  public int rcode() {
    return rcode;
  }

  /** Whether the TC bit is set. */
  public boolean truncated() {
    return truncated;
  }

  /**
   * The name of the one question in canonical wire form, lower case and uncompressed, from 0 to
   * {@link #questionNameLength}. Borrowed, and gone with the next message.
   */
  public byte[] questionName() {
    return questionName;
  }

  /** How many octets {@link #questionName} has; 0 if the last message did not decode. */
  public int questionNameLength() {
    return questionNameLength;
  }

  /** The QTYPE's number, 0 if the last message did not decode. */
  public int questionType() {
    return questionType;
  }

  /** The QCLASS's number, 0 if the last message did not decode. */
  public int questionClass() {
    return questionClass;
  }

  /**
   * The one question as a value. Allocates.
   *
   * @throws IllegalStateException if the last message did not decode
   */
  public Question question() {
    if (questionNameLength == 0) {
      throw new IllegalStateException("no question: the last message did not decode");
    }
    DomainName name = DomainName.ofWire(questionName, 0, questionNameLength);
    return new Question(name, questionType, questionClass);
  }

  /**
   * The A, AAAA and CNAME records of class IN in the ANSWER section that can be reached from the
   * question's name, nearest first. Empty for a query, for a question of another class, and for a
   * reply with any error: an NXDOMAIN that comes with aliases says that they lead nowhere. With
   * address hints an HTTPS or SVCB record is an alias if it names a target, and in ServiceMode also
   * an address record for each hint, of the target or else of the owner.
   *
   * <p><b>Bounds:</b> follows at most 16 aliases.
   */
  public AnswerLinks links() {
    return links;
  }

  /** {@link #links} as values. Allocates. */
  public List<Edge> chain() {
    return links.toEdges();
  }
}
