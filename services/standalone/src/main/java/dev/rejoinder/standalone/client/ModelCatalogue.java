package dev.rejoinder.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What {@code GET /v1/models} lists. */
public final class ModelCatalogue {
    private ModelCatalogue() {}

    /** Every name that can be asked for: models, and {@code model@version} for one version each. */
    public static List<String> names(String url) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/v1/models"))
                        .timeout(Duration.ofSeconds(10))
                        .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            byte[] body = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
            List<String> names = new ArrayList<>();
            for (JsonNode model : new ObjectMapper().readTree(body).path("data"))
                names.add(model.path("id").asText());
            return names;
        } catch (IOException e) {
            throw new CannotGoOn("the platform at " + url + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("interrupted");
        }
    }

    /** The model whose traffic is split between its versions. */
    public static String model(String url) {
        return names(url).stream()
                .filter(name -> !name.contains("@"))
                .findFirst()
                .orElseThrow(
                        () -> new CannotGoOn("the platform at " + url + " serves no model yet"));
    }
}
