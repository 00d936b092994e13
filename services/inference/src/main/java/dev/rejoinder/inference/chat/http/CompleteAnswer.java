package dev.rejoinder.inference.chat.http;

import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.inference.routing.VersionName;
import dev.rejoinder.lm.generate.GeneratedToken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Waits for all replies and sends them as one JSON object. */
final class CompleteAnswer implements ReplyListener {
    static final String VERSION_HEADER = "X-Rejoinder-Model-Version";

    private final Exchange exchange;
    private final Function<Begun, CompletionJson> shapes;
    private final int expected;
    private final List<Reply> replies = new ArrayList<>();
    private @Nullable Begun chat;

    CompleteAnswer(Exchange exchange, Function<Begun, CompletionJson> shapes, int expected) {
        this.exchange = exchange;
        this.shapes = shapes;
        this.expected = expected;
    }

    @Override
    public void begun(Begun begun) {
        chat = begun;
        exchange.whenGone(begun.cancel());
    }

    @Override
    public void token(int index, GeneratedToken token) {
        // Nothing is sent before the end.
    }

    @Override
    public void finished(Reply reply, String rest) {
        replies.add(reply);
        Begun begun = chat;
        if (replies.size() < expected || begun == null) return;
        replies.sort(Comparator.comparingInt(Reply::index));
        exchange.send(
                200,
                Map.of(VERSION_HEADER, VersionName.of(begun.version())),
                shapes.apply(begun).completion(replies));
    }
}
