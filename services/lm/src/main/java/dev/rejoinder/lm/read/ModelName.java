package dev.rejoinder.lm.read;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How chat clients name a model: its file or folder, without ending and number format. A GGUF's own
 * {@code general.name} often names the run that made it, so the file's name comes first.
 */
final class ModelName {
    private static final Pattern ENDING =
            Pattern.compile(
                    "([.-](Q\\d\\w*|I?Q\\d_\\w+|F16|F32|BF16))?(\\.gguf)?$",
                    Pattern.CASE_INSENSITIVE);

    private ModelName() {}

    static String of(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "" : ENDING.matcher(last.toString()).replaceFirst("");
        return name.isEmpty() ? "model" : name;
    }
}
