package dev.rejoinder.lm.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** What has come of a file so far, and the entity tag that says which version of it this is. */
final class PartialDownload {
    private final Path file;
    private final Path tag;

    /** Lies beside the target, so that completing it is one atomic move. */
    PartialDownload(Path target) {
        this.file = target.resolveSibling(target.getFileName() + ".part");
        this.tag = target.resolveSibling(target.getFileName() + ".part.etag");
    }

    Path file() {
        return file;
    }

    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Whether the server said which version it sends; a weak tag does not promise equal bytes. */
    boolean isResumable() {
        return Files.exists(tag);
    }

    String entityTag() throws IOException {
        return Files.readString(tag);
    }

    /** Throws away what came of another version. */
    void restart(@Nullable String entityTag) throws IOException {
        discard();
        if (entityTag != null && !entityTag.startsWith("W/")) Files.writeString(tag, entityTag);
        Files.createFile(file);
    }

    void complete(Path target) throws IOException {
        Files.deleteIfExists(tag);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    void discard() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(tag);
    }

    void discardUnlessResumable() throws IOException {
        if (!isResumable() || size() == 0) discard();
    }
}
