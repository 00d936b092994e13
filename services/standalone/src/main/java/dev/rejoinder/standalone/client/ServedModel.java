package dev.rejoinder.standalone.client;

import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceBlockingStub;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.standalone.platform.CannotGoOn;

/** A platform in one JVM serves one model. */
public final class ServedModel {
    private ServedModel() {}

    /** Its id. */
    public static String id(RegistryServiceBlockingStub registry) {
        return registry
                .listVersions(ListVersionsRequest.getDefaultInstance())
                .getRoutingsList()
                .stream()
                .map(Routing::getModelId)
                .findFirst()
                .orElseThrow(() ->
                        new CannotGoOn(
                                "the platform has registered no model yet; try again in a moment"));
    }
}
