package dev.rejoinder.lm.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A file behind a URL. A dropped connection is resumed where it broke; what is left of a failed
 * download is resumed by the next one if the server's entity tag is still the same.
 *
 * <p>On {@link HttpURLConnection} because only it limits the time between two bytes.
 */
final class HttpSource implements ModelSource {
    private static final int ATTEMPTS = 5;

    /** Name lookup, connection and first answer; then the next source has its turn. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final URI uri;

    HttpSource(URI uri) {
        this.uri = uri;
    }

    @Override
    public String describe() {
        return uri.toString();
    }

    @Override
    public void fetch(Path target, Progress progress) throws IOException, InterruptedException {
        PartialDownload partial = new PartialDownload(target);
        for (int attempt = 1; ; attempt++) {
            long before = partial.size();
            try {
                download(partial, progress);
                partial.complete(target);
                return;
            } catch (BrokenConnectionException e) {
                boolean grew = partial.isResumable() && partial.size() > before;
                partial.discardUnlessResumable();
                if (attempt >= ATTEMPTS && !grew) throw e;
                progress.noted("connection lost, going on at byte " + partial.size());
            } catch (IOException | InterruptedException e) {
                partial.discardUnlessResumable();
                throw e;
            }
        }
    }

    private void download(PartialDownload partial, Progress progress)
            throws IOException, InterruptedException {
        HttpURLConnection connection = open(partial);
        try {
            int status = connection.getResponseCode();
            if (status == 416) {
                partial.discard();
                throw new BrokenConnectionException("what was fetched before does not fit", null);
            }
            if (status == 404) throw new NotFoundException(uri);
            if (status != 200 && status != 206) {
                throw new IOException("the server answers " + status);
            }
            if (status == 200) partial.restart(connection.getHeaderField("ETag"));
            long length = connection.getContentLengthLong();
            long total = length < 0 ? -1 : partial.size() + length;
            FreeSpace.require(partial.file(), length);
            copy(connection, partial, total, progress);
            if (total >= 0 && partial.size() != total) {
                throw new BrokenConnectionException(
                        "%d of %d bytes came".formatted(partial.size(), total), null);
            }
        } finally {
            connection.disconnect();
        }
    }

    private void copy(
            HttpURLConnection connection, PartialDownload partial, long total, Progress progress)
            throws IOException, InterruptedException {
        byte[] chunk = new byte[1 << 16];
        String name = fileName(uri);
        long done = partial.size();
        try (InputStream in = connection.getInputStream();
                OutputStream out =
                        Files.newOutputStream(
                                partial.file(),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND)) {
            while (true) {
                if (Thread.interrupted()) throw new InterruptedException();
                int count = readChunk(in, chunk);
                if (count < 0) return;
                out.write(chunk, 0, count);
                done += count;
                progress.advanced(name, done, total);
            }
        }
    }

    private static int readChunk(InputStream in, byte[] chunk) throws BrokenConnectionException {
        try {
            return in.read(chunk);
        } catch (IOException e) {
            throw new BrokenConnectionException("the connection broke: " + e.getMessage(), e);
        }
    }

    /** On a thread of its own, because a name lookup cannot be limited in time. */
    private HttpURLConnection open(PartialDownload partial)
            throws IOException, InterruptedException {
        FutureTask<HttpURLConnection> answer = new FutureTask<>(() -> request(partial));
        Thread.ofVirtual().name("fetch").start(answer);
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause()), e.getCause());
        }
    }

    private HttpURLConnection request(PartialDownload partial) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) LONGEST_SILENCE.toMillis());
        connection.setRequestProperty("Accept-Encoding", "identity");
        connection.setRequestProperty("User-Agent", "rejoinder");
        if (partial.isResumable() && partial.size() > 0) {
            connection.setRequestProperty("Range", "bytes=" + partial.size() + "-");
            connection.setRequestProperty("If-Range", partial.entityTag());
        }
        connection.getResponseCode();
        return connection;
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case UnknownHostException e -> "host " + e.getMessage() + " is not known";
            case ConnectException e -> "no connection: " + e.getMessage();
            default -> cause.toString();
        };
    }

    /** The last part of the path, or {@code model} if there is none. */
    static String fileName(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.isEmpty() || name.equals(".") || name.equals("..") ? "model" : name;
    }

    /** The server has no such file. */
    static final class NotFoundException extends IOException {
        NotFoundException(URI uri) {
            super("the server has no " + uri.getPath());
        }
    }

    /** The server went away in the middle: worth another attempt. */
    private static final class BrokenConnectionException extends IOException {
        BrokenConnectionException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
