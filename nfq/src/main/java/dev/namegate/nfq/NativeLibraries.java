// SPDX-License-Identifier: Apache-2.0
package dev.namegate.nfq;

import com.sun.jna.Native;
import org.jspecify.annotations.Nullable;

/** Binds a class of static natives to a shared library, and turns failure into a sentence. */
final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * Binds all natives of {@code bindings} to the library.
   *
   * @param soname what the dynamic linker looks for; never the {@code .so} link of a -dev package
   * @return why it failed and what to do, or null when the natives may be called
   */
  static @Nullable String register(Class<?> bindings, String soname, String debianPackage) {
    try {
      if (Native.POINTER_SIZE != 8) {
        return "this JVM is a 32-bit program: run Namegate on a 64-bit JVM";
      }
      Native.register(bindings, soname);
      return null;
    } catch (UnsatisfiedLinkError e) {
      if (isJnaItself(e)) {
        return "JNA cannot load its native stub ("
            + firstLine(e)
            + "): set -Djna.tmpdir to a directory that is writable and not mounted noexec";
      }
      return "cannot load "
          + soname
          + " ("
          + firstLine(e)
          + "): install it, on Debian and Ubuntu with `apt-get install "
          + debianPackage
          + "`";
    } catch (NoClassDefFoundError e) {
      // The second use of a class whose initializer failed: JNA's own, whose first failure was
      // told.
      return "JNA did not initialize (" + firstLine(e) + ")";
    }
  }

  /** JNA's initializer fails before any library of ours is looked for. */
  private static boolean isJnaItself(UnsatisfiedLinkError e) {
    for (StackTraceElement frame : e.getStackTrace()) {
      if (frame.getClassName().equals("com.sun.jna.Native")
          && frame.getMethodName().equals("loadNativeDispatchLibrary")) {
        return true;
      }
    }
    return false;
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
  }
}
