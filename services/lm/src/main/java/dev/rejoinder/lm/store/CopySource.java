package dev.rejoinder.lm.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is already on this machine. */
record CopySource(Path file) implements ModelSource {
    @Override
    public String describe() {
        return file.toString();
    }

    @Override
    public void fetch(Path target, Progress progress) throws IOException, InterruptedException {
        long total = Files.size(file);
        FreeSpace.require(target, total);
        byte[] chunk = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(target)) {
            long done = 0;
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (Thread.interrupted()) throw new InterruptedException();
                out.write(chunk, 0, n);
                done += n;
                progress.advanced(file.getFileName().toString(), done, total);
            }
        } catch (IOException | InterruptedException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }
}
