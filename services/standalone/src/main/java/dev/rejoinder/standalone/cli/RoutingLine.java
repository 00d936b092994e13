package dev.rejoinder.standalone.cli;

import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.standalone.client.EnumWords;
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
                                                EnumWords.of(r.getStage().name(), "STAGE_"),
                                                r.getVersion().getVersion(),
                                                100 * r.getShare()))
                        .collect(Collectors.joining(", "));
    }
}
