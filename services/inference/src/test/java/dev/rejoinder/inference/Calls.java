package dev.rejoinder.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Plain HTTP calls, right and wrong ones. */
final class Calls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI root;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Calls(URI root) {
        this.root = root;
    }

    /** A status, its headers, and the body as JSON. */
    record Answer(HttpResponse<String> response, JsonNode body) {
        int status() {
            return response.statusCode();
        }

        JsonNode error() {
            return body.path("error");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Answer post(byte[] body, String... headers) {
        return send(
                request("/v1/chat/completions", headers)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }

    Answer post(String body) {
        return post(body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    /** The body of the answer to a chat, as it came over the wire. */
    byte[] bytes(String body) throws IOException {
        HttpRequest request =
                request("/v1/chat/completions", "Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer call(String method, String path) {
        return send(
                request(path).method(method, HttpRequest.BodyPublishers.ofString("{}")).build());
    }

    String text(String path) {
        try {
            return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a chat over a bare connection, which the caller may just cut. */
    Socket open(String body) throws IOException {
        Socket socket = new Socket(root.getHost(), root.getPort());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: %d\r\n\r\n".formatted(bytes.length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return socket;
    }

    /** Reads until the text has come in. */
    static void readUntil(Socket socket, String text) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.length() < text.length()
                || !read.substring(read.length() - text.length()).equals(text)) {
            int b = in.read();
            if (b < 0) throw new IOException("the server hung up after: " + read);
            read.append((char) b);
        }
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private Answer send(HttpRequest request) {
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response, JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
