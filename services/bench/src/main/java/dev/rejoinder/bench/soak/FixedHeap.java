package dev.rejoinder.bench.soak;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * A Java heap that takes the same memory from the first second to the last: reserved and touched in
 * full at the start ({@code -Xms} as large as {@code -Xmx}, {@code -XX:+AlwaysPreTouch}). What else
 * the process takes is then a difference of two exact figures, which a heap that grows or shrinks
 * can neither add to nor hide.
 */
public final class FixedHeap {
    private FixedHeap() {}

    /** How large it is; empty if this JVM's heap is not fixed. */
    public static OptionalLong bytes() {
        long most = Long.parseLong(option("MaxHeapSize"));
        boolean fixed =
                most == Long.parseLong(option("InitialHeapSize"))
                        && Boolean.parseBoolean(option("AlwaysPreTouch"));
        return fixed ? OptionalLong.of(most) : OptionalLong.empty();
    }

    private static String option(String name) {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(name)
                .getValue();
    }
}
