package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.DataFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform: the one on this data folder. */
final class DataFolderOption {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Folder that holds the platform's state. Default: ~/.local/share/rejoinder")
    private @Nullable Path folder;

    DataFolder folder() {
        return folder == null ? DataFolder.standard() : new DataFolder(folder);
    }
}
