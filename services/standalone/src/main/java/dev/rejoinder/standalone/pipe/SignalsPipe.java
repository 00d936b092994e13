package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.signals.detect.Category;
import dev.rejoinder.signals.detect.Detector;
import dev.rejoinder.signals.detect.Exchange;
import dev.rejoinder.signals.detect.Reading;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a follow-up says about the reply before it. */
public final class SignalsPipe implements JsonLines.Answer {
    private final Detector detector;

    public SignalsPipe(Detector detector) {
        this.detector = detector;
    }

    @Override
    public CompletableFuture<ObjectNode> to(ObjectNode line) {
        Exchange exchange = Exchange.endingWith(ChatLine.messages(line, Role.USER));
        Reading reading = detector.read(List.of(exchange)).getFirst();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("sat", reading.sat()).put("dsat", reading.dsat());
        ArrayNode categories = answer.putArray("categories");
        for (Category category : reading.categories()) categories.add(category.label());
        answer.put("state", reading.state().name()).put("detector", reading.detector());
        return CompletableFuture.completedFuture(answer);
    }
}
