package dev.rejoinder.standalone.platform;

/** Says on which address the platform listens, and warns where others can reach it. */
public final class ListeningLine {
    private ListeningLine() {}

    public static String of(String host, int port) {
        String line =
                "listens on http://%s:%d"
                        .formatted(host.contains(":") ? "[" + host + "]" : host, port);
        return Preflight.isLoopback(host)
                ? line + " (this machine only)"
                : line
                        + "\nwarning: "
                        + host
                        + " can be reached from other machines, and there is no login; use --host 127.0.0.1 unless the network is yours";
    }
}
