package dev.rejoinder.standalone.demo;

import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.standalone.client.PlatformConnection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known when the platform may stop.
 *
 * @param upAt when its services were ready
 * @param model as the API lists it
 * @param promoted the promoted version, with its lineage and history
 */
record DemoFindings(
        Instant upAt,
        String model,
        Optional<Version> promoted,
        List<Version> versions,
        Ledger ledger,
        Observations observations) {
    private static final int MOST_VERSIONS = 100;

    static DemoFindings gather(
            Instant upAt,
            String model,
            @Nullable String promoted,
            Ledger ledger,
            Observations observations,
            PlatformConnection connection) {
        List<Version> versions =
                connection
                        .registry()
                        .listVersions(
                                ListVersionsRequest.newBuilder().setPageSize(MOST_VERSIONS).build())
                        .getVersionsList();
        return new DemoFindings(
                upAt,
                model,
                versions.stream()
                        .filter(v -> v.getVersion().getVersion().equals(promoted))
                        .findFirst(),
                versions,
                ledger,
                observations);
    }
}
