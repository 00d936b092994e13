package dev.rejoinder.inference.routing;

import dev.rejoinder.proto.chat.v1.ModelVersion;

/** How a version is written where one line names it: {@code SmolLM2-135M-Instruct@v1-5f0c9a1b}. */
public final class VersionName {
    /** The version without an adapter. */
    public static final String BASE = "base";

    static final char SEPARATOR = '@';

    private VersionName() {}

    public static String of(ModelVersion version) {
        return version.getModelId() + SEPARATOR + version.getVersion();
    }
}
