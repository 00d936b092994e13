package dev.rejoinder.signals.detect.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.signals.v1.Chat;
import dev.rejoinder.proto.signals.v1.DetectRequest;
import dev.rejoinder.signals.detect.Exchange;
import dev.rejoinder.signals.proto.ProtoChats;
import java.util.ArrayList;
import java.util.List;

/** What a request asks for, or why it is refused. */
final class DetectRequests {
    static final int MOST_CHATS = 64;

    private DetectRequests() {}

    /**
     * @throws Refusal if there are too many chats, or one has no follow-up; names the chat
     */
    static List<Exchange> exchanges(DetectRequest request) {
        int count = request.getChatsCount();
        if (count > MOST_CHATS)
            throw Refusal.invalid(
                    "chats",
                    "%d chats exceed the limit of %d; send them in several requests"
                            .formatted(count, MOST_CHATS));
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < count; i++) exchanges.add(exchange(i, request.getChats(i)));
        return exchanges;
    }

    private static Exchange exchange(int index, Chat chat) {
        try {
            return Exchange.endingWith(ProtoChats.messages(chat.getMessagesList()));
        } catch (IllegalArgumentException e) {
            String field = "chats[" + index + "]";
            throw Refusal.invalid(field, field + ": " + e.getMessage());
        }
    }
}
