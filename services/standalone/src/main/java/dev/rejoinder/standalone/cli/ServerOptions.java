package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.Platform;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a platform listens and what it serves. */
final class ServerOptions {
    private static final int MOST_PORT = 65_535;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin private DataFolderOption data;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on. Default: ${DEFAULT-VALUE}. There is no login yet: whoever reaches the address may use it.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of REST and gRPC. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|URL",
            description =
                    "Model to serve: a known name, a GGUF file, a folder with safetensors, or a URL. Default: SmolLM2-135M-Instruct")
    private @Nullable String model;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Set a configuration key of any service, such as rejoinder.registry.canary-share=0.5. May be given several times.")
    private Map<String, String> configuration = new LinkedHashMap<>();

    /**
     * What was asked for.
     *
     * @throws ParameterException if a value is outside its limits
     */
    Platform.Settings settings(long parent) {
        if (port < 1 || port > MOST_PORT)
            throw refused("--port of %d is outside 1 to %d".formatted(port, MOST_PORT));
        for (String key : configuration.keySet())
            if (key.equals("quarkus.http.host") || key.equals("quarkus.http.port"))
                throw refused("--set " + key + " is not allowed; use --host and --port");
        Map<String, String> all = new LinkedHashMap<>(configuration);
        if (model != null) all.put("rejoinder.model.source", model);
        return new Platform.Settings(data.folder(), host, port, all, parent);
    }

    private ParameterException refused(String line) {
        return new ParameterException(spec.commandLine(), line);
    }
}
