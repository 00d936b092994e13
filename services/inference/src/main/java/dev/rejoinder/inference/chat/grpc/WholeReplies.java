package dev.rejoinder.inference.chat.grpc;

import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.proto.inference.v1.GenerateResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for all replies and sends them in one message. */
final class WholeReplies implements ReplyListener {
    private final GrpcCall<GenerateResponse> call;
    private final GrpcChats chats;
    private final ChatRequest request;
    private final List<Reply> replies = new ArrayList<>();
    private @Nullable Begun chat;

    WholeReplies(GrpcCall<GenerateResponse> call, GrpcChats chats, ChatRequest request) {
        this.call = call;
        this.chats = chats;
        this.request = request;
    }

    @Override
    public void begun(Begun begun) {
        chat = begun;
        call.begun(begun);
    }

    @Override
    public void token(int index, GeneratedToken token) {
        // Nothing is sent before the end.
    }

    @Override
    public void finished(Reply reply, String rest) {
        replies.add(reply);
        Begun begun = chat;
        if (replies.size() < request.n() || begun == null) return;
        replies.sort(Comparator.comparingInt(Reply::index));
        GenerateResponse.Builder response =
                GenerateResponse.newBuilder()
                        .setCompletionId(begun.completionId())
                        .setVersion(begun.version())
                        .setUsage(GrpcChats.usage(begun.promptTokens(), replies));
        replies.forEach(r -> response.addReplies(wire(r)));
        call.send(response.build());
    }

    private dev.rejoinder.proto.inference.v1.Reply wire(Reply reply) {
        var wire =
                dev.rejoinder.proto.inference.v1.Reply.newBuilder()
                        .setIndex(reply.index())
                        .setText(reply.text())
                        .setFinishReason(GrpcChats.reason(reply));
        if (request.wish().logProbs())
            reply.tokens().forEach(token -> wire.addLogProbs(chats.logProb(token)));
        return wire.build();
    }
}
