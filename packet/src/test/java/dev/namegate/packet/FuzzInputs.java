// SPDX-License-Identifier: Apache-2.0
package dev.namegate.packet;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Replays what {@code scripts/fuzz} found worth keeping: each {@link FuzzTest} method of a class
 * {@code X} is given every file of {@code XInputs/<method>} beside it in the resources.
 *
 * <p>Without Jazzer's agent, which would instrument the classes that other tests of the same JVM
 * measure.
 */
public final class FuzzInputs {
  private FuzzInputs() {}

  /** One test for each such method; it fails if there is no input for it. */
  public static Stream<DynamicTest> of(Class<?>... targets) {
    return Arrays.stream(targets).flatMap(FuzzInputs::ofTarget);
  }

  private static Stream<DynamicTest> ofTarget(Class<?> target) {
    return Arrays.stream(target.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(FuzzTest.class))
        .map(
            method -> {
              String name = target.getSimpleName() + "." + method.getName();
              return DynamicTest.dynamicTest(name, () -> replay(target, method));
            });
  }

  private static void replay(Class<?> target, Method method) throws ReflectiveOperationException {
    List<Path> files = files(target, method.getName());
    assertFalse(files.isEmpty(), "no input at all");
    Constructor<?> constructor = target.getDeclaredConstructor();
    constructor.setAccessible(true);
    method.setAccessible(true);
    Object instance = constructor.newInstance();
    for (Path file : files) {
      try {
        method.invoke(instance, (Object) Files.readAllBytes(file));
      } catch (InvocationTargetException e) {
        throw new AssertionError(file.toString(), e.getCause());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Path> files(Class<?> target, String method) {
    String name = target.getSimpleName() + "Inputs/" + method;
    URL directory = Objects.requireNonNull(target.getResource(name), name);
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
