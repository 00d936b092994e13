package dev.rejoinder.inference.routing;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A version that is loaded. Chats hold leases on it; after {@link #retire()} it is released when
 * the last of them ends.
 */
public final class ServedVersion {
    private static final Log LOG = Log.of(ServedVersion.class);

    private final ModelVersion version;
    private final @Nullable Adapter adapter;
    private int leases;
    private boolean retired;

    ServedVersion(ModelVersion version, @Nullable Adapter adapter) {
        this.version = version;
        this.adapter = adapter;
    }

    public ModelVersion version() {
        return version;
    }

    /** The weights to answer with, null for the base. */
    public @Nullable Adapter adapter() {
        return adapter;
    }

    public String name() {
        return VersionName.of(version);
    }

    /** Whether a lease was taken; false once the version is retired. */
    synchronized boolean lease() {
        if (retired) return false;
        leases++;
        return true;
    }

    /** Ends one lease. */
    public synchronized void release() {
        if (leases == 0) throw new IllegalStateException(name() + " was released too often");
        leases--;
        freeIfDone();
    }

    /** No new leases; the weights are freed with the last one. */
    synchronized void retire() {
        if (retired) return;
        retired = true;
        freeIfDone();
    }

    private void freeIfDone() {
        if (!retired || leases > 0 || adapter == null) return;
        adapter.close();
        LOG.info("released a version that is no longer routed", "modelVersion", name());
    }
}
