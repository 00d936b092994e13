package dev.rejoinder.standalone.platform;

import java.util.Map;

/** Points every service that keeps files at its place in the data folder. */
final class FolderConfiguration {
    private FolderConfiguration() {}

    static Map<String, String> of(DataFolder folder) {
        return Map.of(
                "rejoinder.inference.spool.folder", folder.spool().toString(),
                "rejoinder.trainer.folder", folder.training().toString());
    }
}
