package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.inference.routing.VersionRouter;

/** What can be asked for: the model, whose versions share the traffic, and each of them by name. */
final class ModelList {
    private final VersionRouter router;
    private final int contextLength;
    private final long created;

    /**
     * @param created when this node began to serve, seconds since 1970
     */
    ModelList(VersionRouter router, int contextLength, long created) {
        this.router = router;
        this.contextLength = contextLength;
        this.created = created;
    }

    ObjectNode all() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = json.putArray("data");
        data.add(model());
        for (ServedVersion served : router.served()) data.add(version(served));
        return json;
    }

    ObjectNode one(String id) {
        if (id.equals(router.modelId())) return model();
        return router.served().stream()
                .filter(served -> served.name().equals(id))
                .findFirst()
                .map(this::version)
                .orElseThrow(() -> router.unknown(id));
    }

    private ObjectNode model() {
        return entry(router.modelId());
    }

    private ObjectNode version(ServedVersion served) {
        return entry(served.name()).put("share", router.table().share(served));
    }

    private ObjectNode entry(String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "rejoinder")
                .put("context_length", contextLength);
    }
}
