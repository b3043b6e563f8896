// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon;

import dev.namegate.daemon.cli.Invocation;
import java.util.function.UnaryOperator;

/** The process's entry. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Invocation.execute(UnaryOperator.identity(), args));
  }
}
