package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.inference.routing.VersionName;
import dev.rejoinder.lm.generate.GeneratedToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends every token as it is drawn, as server-sent events. */
final class StreamedAnswer implements ReplyListener {
    private final Exchange exchange;
    private final Function<Begun, CompletionJson> shapes;
    private final ChatCall call;
    private final List<Reply> replies = new ArrayList<>();
    private @Nullable CompletionJson json;

    StreamedAnswer(Exchange exchange, Function<Begun, CompletionJson> shapes, ChatCall call) {
        this.exchange = exchange;
        this.shapes = shapes;
        this.call = call;
    }

    @Override
    public void begun(Begun begun) {
        exchange.whenGone(begun.cancel());
        json = shapes.apply(begun);
        exchange.beginEvents(
                Map.of(CompleteAnswer.VERSION_HEADER, VersionName.of(begun.version())));
        for (int i = 0; i < call.request().n(); i++) send(json().opening(i));
    }

    @Override
    public void token(int index, GeneratedToken token) {
        if (!token.text().isEmpty() || call.request().wish().logProbs())
            send(json().piece(index, token));
    }

    @Override
    public void finished(Reply reply, String rest) {
        if (!rest.isEmpty()) send(json().rest(reply.index(), rest));
        send(json().ending(reply));
        replies.add(reply);
        if (replies.size() < call.request().n()) return;
        if (call.includeUsage()) exchange.event(json().usageChunk(replies));
        exchange.endEvents();
    }

    /** Every chunk names its usage, null before the last, where the client asked for it. */
    private void send(ObjectNode chunk) {
        exchange.event(call.includeUsage() ? chunk.putNull("usage") : chunk);
    }

    private CompletionJson json() {
        CompletionJson shape = json;
        if (shape == null) throw new IllegalStateException("a reply came before its chat began");
        return shape;
    }
}
