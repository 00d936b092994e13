package dev.rejoinder.standalone.cli;

import dev.rejoinder.proto.registry.v1.Routing;
import java.util.Locale;
import java.util.stream.Collectors;

/** Who answers now, in one line. */
final class RoutingLine {
    private RoutingLine() {}

    static String of(Routing routing) {
        return routing.getModelId()
                + ": "
                + routing.getRoutesList().stream()
                        .map(r ->
                                "%s %s %.0f %%"
                                        .formatted(
                                                r.getStage()
                                                        .name()
                                                        .replace("STAGE_", "")
                                                        .toLowerCase(Locale.ROOT),
                                                r.getVersion().getVersion(),
                                                100 * r.getShare()))
                        .collect(Collectors.joining(", "));
    }
}
