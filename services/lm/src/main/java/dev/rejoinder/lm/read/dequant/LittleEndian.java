package dev.rejoinder.lm.read.dequant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers inside a byte array. */
final class LittleEndian {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static short int16(byte[] bytes, int at) {
        return (short) SHORTS.get(bytes, at);
    }

    /** An IEEE half-precision number. */
    static float float16(byte[] bytes, int at) {
        return Float.float16ToFloat(int16(bytes, at));
    }
}
