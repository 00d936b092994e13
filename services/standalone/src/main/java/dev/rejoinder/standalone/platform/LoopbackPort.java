package dev.rejoinder.standalone.platform;

/** A port for a platform that nobody has to find by number. */
public final class LoopbackPort {
    private LoopbackPort() {}

    /** One that nobody listens on at this moment. */
    public static int free() {
        return Ports.free();
    }
}
