package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which modules of a base an adapter adapts, and how: LoraConfig's {@code target_modules}, {@code
 * exclude_modules}, {@code layers_to_transform}, {@code rank_pattern} and {@code alpha_pattern}, as
 * PEFT 0.21 reads them.
 */
public final class PeftModules {
    private final AdapterConfig config;
    private final ModuleNames targets;
    private final ModuleNames excluded;
    private final LayerChoice layers;
    private final List<ModulePattern> ranks;
    private final List<ModulePattern> alphas;

    private PeftModules(
            AdapterConfig config,
            ModuleNames targets,
            ModuleNames excluded,
            LayerChoice layers,
            List<ModulePattern> ranks,
            List<ModulePattern> alphas) {
        this.config = config;
        this.targets = targets;
        this.excluded = excluded;
        this.layers = layers;
        this.ranks = ranks;
        this.alphas = alphas;
    }

    /** The same factors in every layer. */
    public static PeftModules of(AdapterConfig config) {
        return new PeftModules(
                config,
                new ModuleNames.Listed(config.targets()),
                new ModuleNames.Listed(List.of()),
                LayerChoice.ALL,
                List.of(),
                List.of());
    }

    /**
     * As an {@code adapter_config.json} says.
     *
     * @throws IllegalArgumentException if a field cannot be read; names it
     */
    static PeftModules read(AdapterConfig config, JsonNode json) {
        return new PeftModules(
                config,
                ModuleNames.of("target_modules", json.path("target_modules")),
                ModuleNames.of("exclude_modules", json.path("exclude_modules")),
                LayerChoice.of(json.path("layers_to_transform"), json.path("layers_pattern")),
                ModulePattern.all("rank_pattern", json.path("rank_pattern")),
                ModulePattern.all("alpha_pattern", json.path("alpha_pattern")));
    }

    /** Rank and alpha of the modules that no pattern names. */
    public AdapterConfig config() {
        return config;
    }

    /** All that decides how strongly modules are adapted, as text. */
    String scale() {
        return config.scale() + (alphas.isEmpty() ? "" : " and those of alpha_pattern");
    }

    /**
     * What a module is adapted with: rank, alpha and their scale; empty if it is not.
     *
     * @throws IllegalArgumentException if a pattern gives it a rank or alpha out of bounds
     */
    public Optional<AdapterConfig> of(String path) {
        if (excluded.include(path) || !targets.include(path)) return Optional.empty();
        if (!targets.spellOut(path) && !layers.includes(path)) return Optional.empty();
        double rank = ModulePattern.first(ranks, path, config.rank());
        double alpha = ModulePattern.first(alphas, path, config.alpha());
        if (rank != Math.rint(rank))
            throw new IllegalArgumentException(
                    "rank_pattern gives %s the rank %s, which is no whole number"
                            .formatted(path, rank));
        return Optional.of(
                new AdapterConfig((int) rank, alpha, List.of(path), config.rankStabilised()));
    }

    /** Listed targets that are the name of no module. */
    public List<String> unknown(Collection<String> paths) {
        return targets instanceof ModuleNames.Listed listed
                ? listed.names().stream()
                        .filter(name ->
                                paths.stream().noneMatch(p -> ModuleNames.Listed.matches(name, p)))
                        .toList()
                : List.of();
    }
}
