// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log's form: one line an event on standard error, with time, level and message. The time is
 * the one on the operator's clock, with its offset, so that it stands for one moment everywhere.
 */
public final class LogFormat extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  /** Loggers of others are of interest from here on only: the JVM's own tell of each process. */
  private static final Level OF_OTHERS = Level.INFO;

  private static final Logger OURS = Logger.getLogger("dev.namegate");

  /** Makes this the form of the whole process's log; ours is at this level and above. */
  public static void install(Level level) {
    LogManager.getLogManager().reset();
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new LogFormat());
    handler.setLevel(level);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(OF_OTHERS);
    OURS.setLevel(level);
  }

  @Override
  public String format(LogRecord entry) {
    String line =
        TIME.format(entry.getInstant())
            + " "
            + entry.getLevel().getName()
            + " "
            + formatMessage(entry)
            + "\n";
    if (entry.getThrown() == null) {
      return line;
    }
    StringWriter trace = new StringWriter();
    entry.getThrown().printStackTrace(new PrintWriter(trace));
    return line + trace;
  }
}
