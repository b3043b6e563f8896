// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The documents of one YAML file as trees of nodes that know where they were written. JSON is YAML.
 *
 * <p><b>Bounds:</b> {@value #MAX_BYTES} bytes a file, {@value #MAX_DEPTH} levels of nesting,
 * {@value #MAX_ALIASES} aliases to mappings or lists a document; a file beyond them is refused.
 *
 * <p><b>Errors:</b> a file that does not parse is one problem and no document: what of it was meant
 * cannot be known.
 */
final class YamlFile {
  static final int MAX_BYTES = 64 << 20;
  static final int MAX_DEPTH = 64;
  static final int MAX_ALIASES = 100;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setCodePointLimit(MAX_BYTES)
          .setMaxAliasesForCollections(MAX_ALIASES)
          .build();

  /** Tells the tags of plain scalars; nobody changes it. */
  private static final ScalarResolver RESOLVER = SETTINGS.getSchema().getScalarResolver();

  private YamlFile() {}

  /**
   * The bytes of a file, or why there are none; then only their digest.
   *
   * @param failure null if there are bytes
   */
  record Bytes(ByteBuffer content, String digest, @Nullable Problem failure) {
    /** Whether the other is the same content, by its digest; what cannot be read is never. */
    boolean isSame(Bytes other) {
      return failure == null && other.failure == null && digest.equals(other.digest);
    }

    Bytes digestOnly() {
      return new Bytes(ByteBuffer.allocate(0), digest, failure);
    }
  }

  /** Reads a file; whatever prevents it is in the result. */
  static Bytes bytes(Path file) {
    Position at = Position.ofFile(file.toString());
    try {
      if (Files.size(file) > MAX_BYTES) {
        return none(Problem.error(at, "", "larger than " + MAX_BYTES + " bytes", "split it"));
      }
      byte[] content = Files.readAllBytes(file);
      return new Bytes(ByteBuffer.wrap(content), digest(content), null);
    } catch (IOException e) {
      return none(Problem.error(at, "", "cannot be read: " + e, ""));
    }
  }

  private static Bytes none(Problem failure) {
    return new Bytes(ByteBuffer.allocate(0), "", failure);
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The root nodes of the documents; none if the file does not parse. */
  static List<YamlNode> parse(Path file, Bytes bytes, Problems problems) {
    if (bytes.failure() != null) {
      problems.add(bytes.failure());
      return List.of();
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(bytes.content().duplicate()).toString();
      // YAML, of which JSON is a part, does not indent by tabs; JSON does, and has none in values.
      boolean json = file.toString().endsWith(".json");
      return parse(file.toString(), json ? text.replace('\t', ' ') : text, problems);
    } catch (CharacterCodingException e) {
      problems.error(Position.ofFile(file.toString()), "", "is not UTF-8", "save it as UTF-8");
      return List.of();
    }
  }

  static List<YamlNode> parse(String file, String text, Problems problems) {
    List<YamlNode> plain = PlainYaml.parse(text, RESOLVER);
    return plain != null ? plain : parseByLibrary(file, text, problems);
  }

  /** Reads what is not in the plain form; tells what is wrong. */
  static List<YamlNode> parseByLibrary(String file, String text, Problems problems) {
    List<YamlNode> documents = new ArrayList<>();
    Guard parser = new Guard(text);
    try {
      new Composer(SETTINGS, parser)
          .forEachRemaining(root -> documents.add(LibraryNodes.converted(root)));
      return documents;
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      problems.error(
          position(file, e.getProblemMark()), "", "not YAML: " + context + e.getProblem(), "");
    } catch (ReaderException e) {
      problems.error(
          positionOf(file, text, e.getPosition()),
          "",
          "character U+" + String.format("%04X", e.getCodePoint()) + " is not allowed in YAML",
          "remove it");
    } catch (YamlEngineException e) {
      problems.error(position(file, parser.last), "", "not YAML: " + e.getMessage(), "");
    }
    return List.of();
  }

  private static Position position(String file, Optional<Mark> mark) {
    return mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
        .orElse(Position.ofFile(file));
  }

  private static Position positionOf(String file, String text, int codePoints) {
    int line = 1;
    int column = 1;
    int at = 0;
    for (int i = 0; i < codePoints && at < text.length(); i++) {
      int codePoint = text.codePointAt(at);
      at += Character.charCount(codePoint);
      column = codePoint == '\n' ? 1 : column + 1;
      line += codePoint == '\n' ? 1 : 0;
    }
    return new Position(file, line, column);
  }

  /**
   * Stops the composer where it would not come to an end: it recurses, and goes on for ever with a
   * mapping that is merged into itself.
   */
  private static final class Guard implements Parser {
    private static final String MERGE_KEY = "<<";

    private final Parser parser;

    /** What has begun and not ended, the innermost first. */
    private final Deque<Event> open = new ArrayDeque<>();

    /** What each anchor stands for, as far as the text has come. */
    private final Map<Anchor, Event> anchored = new HashMap<>();

    /** How deep the list is that a merge key leads to; a very large number if none does. */
    private int mergedListDepth = Integer.MAX_VALUE;

    private boolean isAfterMergeKey;

    /** Where the last event was, for faults that do not say where they are. */
    private Optional<Mark> last = Optional.empty();

    Guard(String text) {
      parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
    }

    @Override
    public boolean hasNext() {
      return parser.hasNext();
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
      return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public Event next() {
      Event event = parser.next();
      last = event.getStartMark();
      if (event instanceof NodeEvent node && !(event instanceof AliasEvent)) {
        node.getAnchor().ifPresent(anchor -> anchored.put(anchor, event));
      }
      if (event instanceof CollectionStartEvent) {
        open.push(event);
        if (isAfterMergeKey && event.getEventId() == Event.ID.SequenceStart) {
          mergedListDepth = open.size();
        }
      } else if (event instanceof CollectionEndEvent) {
        mergedListDepth = open.size() == mergedListDepth ? Integer.MAX_VALUE : mergedListDepth;
        open.pop();
      } else if (event instanceof AliasEvent alias) {
        refuseMergeOfOpen(alias);
      }
      isAfterMergeKey = event instanceof ScalarEvent scalar && isMergeKey(scalar);
      if (open.size() > MAX_DEPTH) {
        throw new ParserException(
            "nested deeper than " + MAX_DEPTH + " levels", event.getStartMark());
      }
      return event;
    }

    private static boolean isMergeKey(ScalarEvent scalar) {
      return scalar.isPlain() && scalar.getValue().equals(MERGE_KEY);
    }

    @SuppressWarnings("ReferenceEquality") // this one, not one that is like it
    private boolean isOpen(@Nullable Event node) {
      return open.stream().anyMatch(each -> each == node);
    }

    private void refuseMergeOfOpen(AliasEvent alias) {
      boolean isMerged = isAfterMergeKey || open.size() == mergedListDepth;
      if (isMerged && isOpen(anchored.get(alias.getAlias()))) {
        throw new ParserException(
            "*" + alias.getAlias() + " is merged into itself", alias.getStartMark());
      }
    }
  }
}
