package dev.rejoinder.inference.routing;

/** Hears what happens to the routing, for metrics. */
public interface RoutingObserver {
    /** Conversations are split differently from now on. */
    void changed(RoutingTable table);

    /** A version could not be loaded and is not served. */
    void refused(String versionName);
}
