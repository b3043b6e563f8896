// SPDX-License-Identifier: Apache-2.0
package dev.namegate.cache;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside of the heap, read and written where it stands. Nothing is checked: {@link Rows},
 * which alone may use it, sees to it that every address is within one of its buffers.
 *
 * <p>A buffer checks bounds, kind and life at each access, and is an object on the way: that was a
 * quarter of what learning an address costs (ADR 0018). What does it is {@code sun.misc.Unsafe} up
 * to JDK {@value #LAST_OF_UNSAFE}, {@code java.lang.foreign} in later ones, which may not have the
 * other. Both are looked up by name: of the first javac warns, the second JDK 17 does not know.
 *
 * <p><b>Threading:</b> as plain fields. <b>Units:</b> values stand in the machine's order of
 * octets, at any address.
 */
final class Memory {
  /** 24 and 25 warn once, unless they are told not to; later ones may refuse. */
  private static final int LAST_OF_UNSAFE = 25;

  private static final MethodHandle ADDRESS;
  private static final MethodHandle GET_INT;
  private static final MethodHandle PUT_INT;
  private static final MethodHandle GET_LONG;
  private static final MethodHandle PUT_LONG;

  /** Finds what reads and writes. */
  interface Access {
    /** Takes a {@link ByteBuffer}, which is direct, and returns a long. */
    MethodHandle address() throws ReflectiveOperationException;

    /** Takes a long, the address, and returns a value of this type. */
    MethodHandle get(Class<?> type) throws ReflectiveOperationException;

    /** Takes a long, the address, and a value of this type. */
    MethodHandle put(Class<?> type) throws ReflectiveOperationException;
  }

  static {
    try {
      Access access = Runtime.version().feature() > LAST_OF_UNSAFE ? new Foreign() : new OfUnsafe();
      ADDRESS = access.address();
      GET_INT = access.get(int.class);
      PUT_INT = access.put(int.class);
      GET_LONG = access.get(long.class);
      PUT_LONG = access.put(long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Memory() {}

  /** Links each access, so that the first one in earnest is none that takes long. */
  static void prepare() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
    long address = address(buffer);
    putLong(address, getLong(address) + 1);
    putInt(address, getInt(address) + 1);
    assert buffer.order(ByteOrder.nativeOrder()).getInt(0) == getInt(address);
  }

  /** One segment that is all memory there is. */
  static final class Foreign implements Access {
    private final Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
    private final Class<?> layouts = Class.forName("java.lang.foreign.ValueLayout");
    private final Object all =
        segment
            .getMethod("reinterpret", long.class)
            .invoke(segment.getField("NULL").get(null), Long.MAX_VALUE);

    Foreign() throws ReflectiveOperationException {}

    @Override
    public MethodHandle address() throws ReflectiveOperationException {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      MethodHandle of =
          lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class));
      MethodHandle address =
          lookup.findVirtual(segment, "address", MethodType.methodType(long.class));
      return MethodHandles.filterReturnValue(of, address)
          .asType(MethodType.methodType(long.class, ByteBuffer.class));
    }

    @Override
    public MethodHandle get(Class<?> type) throws ReflectiveOperationException {
      return access(type, VarHandle.AccessMode.GET);
    }

    @Override
    public MethodHandle put(Class<?> type) throws ReflectiveOperationException {
      return access(type, VarHandle.AccessMode.SET);
    }

    private MethodHandle access(Class<?> type, VarHandle.AccessMode mode)
        throws ReflectiveOperationException {
      String layout = type == int.class ? "JAVA_INT_UNALIGNED" : "JAVA_LONG_UNALIGNED";
      VarHandle handle =
          (VarHandle) layouts.getMethod("varHandle").invoke(layouts.getField(layout).get(null));
      return MethodHandles.insertArguments(handle.toMethodHandle(mode), 0, all);
    }
  }

  /** What all have up to {@link #LAST_OF_UNSAFE}. It costs a start 0.03 s, the other 0.4. */
  static final class OfUnsafe implements Access {
    private final Class<?> type = Class.forName("sun.misc.Unsafe");
    private final Object unsafe;

    OfUnsafe() throws ReflectiveOperationException {
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      unsafe = field.get(null);
    }

    @Override
    public MethodHandle address() throws ReflectiveOperationException {
      long offset =
          (long)
              type.getMethod("objectFieldOffset", Field.class)
                  .invoke(unsafe, Buffer.class.getDeclaredField("address"));
      MethodHandle get =
          find("getLong", MethodType.methodType(long.class, Object.class, long.class));
      return MethodHandles.insertArguments(get, 1, offset)
          .asType(MethodType.methodType(long.class, ByteBuffer.class));
    }

    @Override
    public MethodHandle get(Class<?> of) throws ReflectiveOperationException {
      return find("get" + suffix(of), MethodType.methodType(of, long.class));
    }

    @Override
    public MethodHandle put(Class<?> of) throws ReflectiveOperationException {
      return find("put" + suffix(of), MethodType.methodType(void.class, long.class, of));
    }

    private MethodHandle find(String name, MethodType of) throws ReflectiveOperationException {
      return MethodHandles.publicLookup().findVirtual(type, name, of).bindTo(unsafe);
    }

    private static String suffix(Class<?> of) {
      return of == int.class ? "Int" : "Long";
    }
  }

  /** Where a direct buffer begins. The buffer has to be kept for as long as that is used. */
  static long address(ByteBuffer direct) {
    assert direct.isDirect();
    try {
      return (long) ADDRESS.invokeExact(direct);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static int getInt(long address) {
    try {
      return (int) GET_INT.invokeExact(address);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static void putInt(long address, int value) {
    try {
      PUT_INT.invokeExact(address, value);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static long getLong(long address) {
    try {
      return (long) GET_LONG.invokeExact(address);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static void putLong(long address, long value) {
    try {
      PUT_LONG.invokeExact(address, value);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** No handle throws what is checked. */
  private static AssertionError failed(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError(e);
  }
}
