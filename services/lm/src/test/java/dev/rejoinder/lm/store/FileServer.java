package dev.rejoinder.lm.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real HTTP server of a few files, with ranges, entity tags and a connection that breaks. */
final class FileServer implements AutoCloseable {
    private static final String TAG = "\"v1\"";

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final AtomicInteger dropAfter = new AtomicInteger(-1);
    private volatile boolean tags = true;

    private FileServer(HttpServer server) {
        this.server = server;
    }

    static FileServer start() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        FileServer files = new FileServer(HttpServer.create(address, 0));
        files.server.createContext("/", files::answer);
        files.server.start();
        return files;
    }

    FileServer serve(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    FileServer dropsFirstConnectionAfter(int bytes) {
        dropAfter.set(bytes);
        return this;
    }

    FileServer withoutEntityTags() {
        tags = false;
        return this;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The Range header of each request for a file that is there, empty for none. */
    List<String> requests() {
        return List.copyOf(ranges);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] content = files.get(exchange.getRequestURI().getPath());
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(range == null ? "" : range);
        boolean same = TAG.equals(exchange.getRequestHeaders().getFirst("If-Range"));
        int from = range != null && same ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
        if (tags) exchange.getResponseHeaders().set("ETag", TAG);
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        int drop = dropAfter.getAndSet(-1);
        int to = drop < 0 ? content.length : drop;
        exchange.getResponseBody().write(Arrays.copyOfRange(content, from, to));
        exchange.getResponseBody().flush();
        // Closed before everything was sent, the server cuts the connection.
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
