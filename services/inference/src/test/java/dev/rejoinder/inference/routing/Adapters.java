package dev.rejoinder.inference.routing;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Real adapters on disk, and routing tables that name them. */
public final class Adapters {
    private final LanguageModel model;

    public Adapters(LanguageModel model) {
        this.model = model;
    }

    /** Writes an untrained adapter; its seed makes its digest. */
    public Route write(Path folder, int number) throws IOException {
        try (LoraTraining training = model.train(AdapterConfig.attention(), number, 0)) {
            training.saveAdapter(folder);
        }
        byte[] weights = Files.readAllBytes(folder.resolve("adapter_model.safetensors"));
        String digest = HexFormat.of().formatHex(Digests.newSha256().digest(weights));
        return Route.newBuilder()
                .setVersion(
                        base().toBuilder()
                                .setVersion("v%d-%s".formatted(number, digest.substring(0, 8)))
                                .setAdapterDigest(digest))
                .setArtifactUri(folder.toUri().toString())
                .build();
    }

    public ModelVersion base() {
        return ModelVersion.newBuilder()
                .setModelId(model.info().name())
                .setVersion("base")
                .setBaseDigest(model.info().digest())
                .build();
    }

    public Route baseRoute() {
        return Route.newBuilder().setVersion(base()).build();
    }

    public Routing champion(long revision, Route champion) {
        return table(revision).addRoutes(as(Stage.STAGE_CHAMPION, 1, champion)).build();
    }

    public Routing split(long revision, Route champion, Route canary, double share) {
        return table(revision)
                .addRoutes(as(Stage.STAGE_CHAMPION, 1 - share, champion))
                .addRoutes(as(Stage.STAGE_CANARY, share, canary))
                .build();
    }

    private Routing.Builder table(long revision) {
        return Routing.newBuilder().setModelId(model.info().name()).setRevision(revision);
    }

    private static Route as(Stage stage, double share, Route route) {
        return route.toBuilder().setStage(stage).setShare(share).build();
    }
}
