package dev.rejoinder.lm.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Hugging Face hub, or a mirror of it.
 *
 * @param endpoint address without a closing slash
 */
record Hub(String endpoint) {
    static final String PUBLIC = "https://huggingface.co";

    /** A {@code owner/name}, or a file of it: {@code owner/name/file.gguf}. */
    private static final Pattern REFERENCE =
            Pattern.compile("(\\w[\\w.-]*/\\w[\\w.-]*)(?:/(\\w[\\w.-]*\\.gguf))?");

    private static final Pattern SHARD = Pattern.compile("\"(\\w[\\w.-]*\\.safetensors)\"");
    private static final List<String> NEEDED = List.of("config.json", "tokenizer.json");
    private static final List<String> WELCOME =
            List.of("tokenizer_config.json", "generation_config.json", "chat_template.jinja");

    /** Marks a folder whose every file has come, so that it opens without the network. */
    private static final String COMPLETE = ".complete";

    Hub {
        endpoint = endpoint.replaceFirst("/+$", "");
    }

    static boolean isReference(String text) {
        return REFERENCE.matcher(text).matches();
    }

    ModelSource file(String below) {
        return new HttpSource(URI.create(endpoint + "/" + below));
    }

    /**
     * Fetches a GGUF, or a folder of configuration, tokenizer and safetensors.
     *
     * @param folder of the repository in the cache; holds whole files only
     * @return the file or folder to open
     */
    Path fetch(String reference, Path folder, Progress progress)
            throws IOException, InterruptedException {
        Matcher parts = REFERENCE.matcher(reference);
        if (!parts.matches()) throw new IllegalArgumentException(reference + " is no repository");
        String base = parts.group(1) + "/resolve/main/";
        if (parts.group(2) != null) return fetch(base, parts.group(2), folder, progress);
        if (Files.exists(folder.resolve(COMPLETE))) return folder;
        fetchFolder(base, folder, progress);
        Files.createFile(folder.resolve(COMPLETE));
        return folder;
    }

    private void fetchFolder(String base, Path folder, Progress progress)
            throws IOException, InterruptedException {
        for (String name : NEEDED) fetch(base, name, folder, progress);
        for (String name : WELCOME) fetchIfThere(base, name, folder, progress);
        if (fetchIfThere(base, "model.safetensors", folder, progress)) return;
        Path index = fetch(base, "model.safetensors.index.json", folder, progress);
        TreeSet<String> shards = new TreeSet<>();
        Matcher names = SHARD.matcher(Files.readString(index));
        while (names.find()) shards.add(names.group(1));
        for (String shard : shards) fetch(base, shard, folder, progress);
    }

    private Path fetch(String base, String name, Path folder, Progress progress)
            throws IOException, InterruptedException {
        Path target = folder.resolve(name);
        if (Files.exists(target)) return target;
        Files.createDirectories(folder);
        file(base + name).fetch(target, progress);
        return target;
    }

    private boolean fetchIfThere(String base, String name, Path folder, Progress progress)
            throws IOException, InterruptedException {
        try {
            fetch(base, name, folder, progress);
            return true;
        } catch (HttpSource.NotFoundException e) {
            return false;
        }
    }
}
