package dev.rejoinder.inference.chat.grpc;

import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.proto.inference.v1.StreamGenerateResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends every token's text as it becomes certain. */
final class ReplyPieces implements ReplyListener {
    private final GrpcCall<StreamGenerateResponse> call;
    private final GrpcChats chats;
    private final ChatRequest request;
    private final List<Reply> replies = new ArrayList<>();
    private @Nullable Begun chat;

    ReplyPieces(GrpcCall<StreamGenerateResponse> call, GrpcChats chats, ChatRequest request) {
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
        boolean logProbs = request.wish().logProbs();
        if (token.text().isEmpty() && !logProbs) return;
        StreamGenerateResponse.Builder piece = piece(index).setText(token.text());
        if (logProbs) piece.addLogProbs(chats.logProb(token));
        call.send(piece.build());
    }

    @Override
    public void finished(Reply reply, String rest) {
        replies.add(reply);
        StreamGenerateResponse.Builder last =
                piece(reply.index()).setText(rest).setFinishReason(GrpcChats.reason(reply));
        if (replies.size() == request.n())
            last.setUsage(GrpcChats.usage(begun().promptTokens(), replies));
        call.send(last.build());
    }

    private StreamGenerateResponse.Builder piece(int index) {
        return StreamGenerateResponse.newBuilder()
                .setCompletionId(begun().completionId())
                .setIndex(index)
                .setVersion(begun().version());
    }

    private Begun begun() {
        Begun begun = chat;
        if (begun == null) throw new IllegalStateException("a reply came before its chat began");
        return begun;
    }
}
