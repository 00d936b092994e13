package dev.rejoinder.inference.routing;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.Route;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Loads what a route names, after proving that it is what the registry registered: same base, same
 * SHA-256.
 */
final class AdapterLoader {
    private static final String WEIGHTS = "adapter_model.safetensors";

    private final LanguageModel model;

    AdapterLoader(LanguageModel model) {
        this.model = model;
    }

    /**
     * @throws UnreadableModelException if the files are missing, changed, damaged, or made for
     *     another base; nothing was loaded
     */
    Adapter load(Route route) {
        ModelVersion version = route.getVersion();
        String base = model.info().digest();
        if (!version.getBaseDigest().equals(base))
            throw new UnreadableModelException(
                    "%s was made for base %s, this node serves %s; train it again on this base"
                            .formatted(
                                    VersionName.of(version),
                                    brief(version.getBaseDigest()),
                                    brief(base)));
        Path folder = folder(route.getArtifactUri());
        verify(folder.resolve(WEIGHTS), version.getAdapterDigest());
        return model.loadAdapter(folder);
    }

    private static Path folder(String uri) {
        try {
            URI parsed = URI.create(uri);
            if ("file".equals(parsed.getScheme())) return Path.of(parsed);
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException("\"" + uri + "\" is not the URI of a folder", e);
        }
        throw new UnreadableModelException(
                "\"" + uri + "\" cannot be read here; only file: URIs can");
    }

    private static void verify(Path weights, String expected) {
        String actual = sha256(weights);
        if (!actual.equals(expected))
            throw new UnreadableModelException(
                    "%s has SHA-256 %s, registered was %s; copy the registered file there again"
                            .formatted(weights, brief(actual), brief(expected)));
    }

    private static String sha256(Path file) {
        MessageDigest digest = Digests.newSha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UnreadableModelException(
                    file + " cannot be read; see that the folder is there and readable", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String brief(String digest) {
        return digest.length() > 12 ? digest.substring(0, 12) + "…" : '"' + digest + '"';
    }
}
