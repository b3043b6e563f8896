// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/**
 * Ways in which {@link LabDns} answers other than it should, each asked for by the first label of
 * the name: {@code wrong-id.good.test} is answered with another id. The name's own records are used
 * as if the label meant nothing; <em>bystanders</em> are the records of the same name with the
 * first label replaced by {@code bystander}.
 */
enum OddReply {
  /** The id of the reply is not that of the query. */
  WRONG_ID,
  /** The question in the reply is the bystander's name; the answer is for it, too. */
  WRONG_QUESTION,
  /** No question in the reply. */
  NO_QUESTION,
  /** The right records, the last one first. */
  REVERSED,
  /** The right answer, and a bystander's record after it in the answer section. */
  ALSO_ANSWER,
  /** The right answer, and a bystander's record in the authority section. */
  ALSO_AUTHORITY,
  /** The right answer, and a bystander's record in the additional section. */
  ALSO_ADDITIONAL,
  /** No such name, with the records in the answer section all the same. */
  NXDOMAIN,
  /** Server failure, with the records in the answer section all the same. */
  SERVFAIL,
  /** Opcode NOTIFY. */
  OPCODE,
  /** The reply is marked as a query. */
  QUERY_BIT,
  /** Cut off within the answer section. */
  CUT,
  /** The header and the question, then bytes that are no record. */
  GARBAGE,
  /** A compression pointer that points at itself. */
  POINTER_LOOP,
  /** The right answer, then at once a second one, with the bystander's data under the same name. */
  SECOND,
  /** The right answer, from another port than was asked. */
  OTHER_PORT,
  /** No reply at all. */
  SILENT;

  /** The first label that asks for it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<OddReply> of(Name asked) {
    String label = asked.getLabelString(0);
    return Arrays.stream(values()).filter(odd -> odd.label().equalsIgnoreCase(label)).findFirst();
  }

  static Name bystander(Name asked) {
    try {
      return Name.fromString("bystander", new Name(asked, 1));
    } catch (TextParseException e) {
      throw new IllegalArgumentException(asked.toString(), e);
    }
  }

  /** The datagrams to send instead of this right reply, in order. */
  List<byte[]> datagrams(Message right, LabRecords records) {
    Record question = right.getQuestion();
    Name bystander = bystander(question.getName());
    List<Record> aside = records.answer(bystander, question.getType());
    return switch (this) {
      case WRONG_ID -> {
        Message reply = right.clone();
        reply.getHeader().setID(right.getHeader().getID() ^ 1);
        yield List.of(reply.toWire());
      }
      case WRONG_QUESTION -> {
        Message reply = withoutAnswer(right);
        reply.removeAllRecords(Section.QUESTION);
        reply.addRecord(
            Record.newRecord(bystander, question.getType(), question.getDClass()),
            Section.QUESTION);
        yield List.of(withRecords(reply, aside, Section.ANSWER));
      }
      case NO_QUESTION -> {
        Message reply = right.clone();
        reply.removeAllRecords(Section.QUESTION);
        yield List.of(reply.toWire());
      }
      case REVERSED -> {
        List<Record> backwards = new ArrayList<>(right.getSection(Section.ANSWER));
        Collections.reverse(backwards);
        yield List.of(withRecords(withoutAnswer(right), backwards, Section.ANSWER));
      }
      case ALSO_ANSWER -> List.of(withRecords(right.clone(), aside, Section.ANSWER));
      case ALSO_AUTHORITY -> List.of(withRecords(right.clone(), aside, Section.AUTHORITY));
      case ALSO_ADDITIONAL -> List.of(withRecords(right.clone(), aside, Section.ADDITIONAL));
      case NXDOMAIN -> List.of(withRcode(right, Rcode.NXDOMAIN));
      case SERVFAIL -> List.of(withRcode(right, Rcode.SERVFAIL));
      case OPCODE -> {
        Message reply = right.clone();
        reply.getHeader().setOpcode(Opcode.NOTIFY);
        yield List.of(reply.toWire());
      }
      case QUERY_BIT -> {
        Message reply = right.clone();
        reply.getHeader().unsetFlag(Flags.QR);
        yield List.of(reply.toWire());
      }
      case CUT -> {
        byte[] whole = right.toWire();
        yield List.of(Arrays.copyOf(whole, whole.length - 3));
      }
      case GARBAGE -> List.of(afterQuestion(right, new byte[] {0x3f, 'x', 0x7f, -1, -1, 0, 1, 2}));
      case POINTER_LOOP -> {
        int at = withoutAnswer(right).toWire().length;
        byte[] record = {
          (byte) (0xc0 | at >>> 8), (byte) at, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 1, 2, 3, 4
        };
        yield List.of(afterQuestion(right, record));
      }
      case SECOND -> {
        Message second = withoutAnswer(right);
        for (Record record : aside) {
          second.addRecord(
              Record.newRecord(
                  question.getName(),
                  record.getType(),
                  record.getDClass(),
                  record.getTTL(),
                  record.rdataToWireCanonical()),
              Section.ANSWER);
        }
        yield List.of(right.toWire(), second.toWire());
      }
      case OTHER_PORT -> List.of(right.toWire());
      case SILENT -> List.of();
    };
  }

  private static Message withoutAnswer(Message right) {
    Message bare = right.clone();
    bare.removeAllRecords(Section.ANSWER);
    bare.removeAllRecords(Section.AUTHORITY);
    bare.removeAllRecords(Section.ADDITIONAL);
    return bare;
  }

  private static byte[] withRecords(Message reply, List<Record> records, int section) {
    records.forEach(record -> reply.addRecord(record, section));
    return reply.toWire();
  }

  private static byte[] withRcode(Message right, int rcode) {
    Message reply = right.clone();
    reply.getHeader().setRcode(rcode);
    return reply.toWire();
  }

  /** The header with an answer count of one, the question, then these bytes. */
  private static byte[] afterQuestion(Message right, byte[] rest) {
    byte[] bare = withoutAnswer(right).toWire();
    byte[] whole = Arrays.copyOf(bare, bare.length + rest.length);
    System.arraycopy(rest, 0, whole, bare.length, rest.length);
    whole[7] = 1; // ANCOUNT, low byte
    return whole;
  }
}
