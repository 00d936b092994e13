package dev.rejoinder.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.PlatformRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code /q/health} and {@code /q/metrics} say.
 *
 * @param checks by name, whether each is up
 * @param metrics Prometheus text
 */
public record HealthReport(Map<String, Boolean> checks, String metrics) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public HealthReport {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    public static HealthReport of(PlatformRecord platform) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            JsonNode health = new ObjectMapper().readTree(get(http, platform.url() + "/q/health"));
            Map<String, Boolean> checks = new LinkedHashMap<>();
            for (JsonNode check : health.path("checks"))
                checks.put(check.path("name").asText(), check.path("status").asText().equals("UP"));
            return new HealthReport(checks, get(http, platform.url() + "/q/metrics"));
        } catch (IOException e) {
            throw new CannotGoOn("the platform at " + platform.url() + " does not answer", e);
        }
    }

    private static String get(HttpClient http, String url) throws IOException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("interrupted");
        }
    }

    /** The sum of a gauge or counter over its labels; 0 if the platform does not have it. */
    public double gauge(String name) {
        return metrics.lines()
                .filter(l -> l.startsWith(name + " ") || l.startsWith(name + "{"))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
                .sum();
    }
}
