// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
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
  /** Loggers of others are of interest from here on only: the JVM's own tell of each process. */
  private static final Level OF_OTHERS = Level.INFO;

  private static final Logger OURS = Logger.getLogger("dev.namegate");

  /** Made when the first line is written, or by the thread that makes it ahead. */
  private static final class Time {
    static final DateTimeFormatter FORM =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    private Time() {}
  }

  /** Makes this the form of the whole process's log; ours is at this level and above. */
  public static void install(Level level) {
    // The JVM reads all time zones of the world to find this one, 20 ms at a start.
    Thread ahead = new Thread(LogFormat::now, "ng-log-time");
    ahead.setDaemon(true);
    ahead.start();
    LogManager.getLogManager().reset();
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new LogFormat());
    handler.setLevel(level);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(OF_OTHERS);
    OURS.setLevel(level);
  }

  private static String now() {
    return Time.FORM.format(Instant.now());
  }

  @Override
  public String format(LogRecord entry) {
    String line =
        Time.FORM.format(entry.getInstant())
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
