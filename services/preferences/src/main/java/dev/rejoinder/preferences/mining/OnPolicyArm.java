package dev.rejoinder.preferences.mining;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * WildFeedback's on-policy arm (arXiv 2408.15549): the same policy, told what the user wants,
 * writes the better reply. It is told by the follow-up itself, as the next turn of the chat, and by
 * a system message that quotes the follow-up before the prompt alone.
 */
final class OnPolicyArm {
    private final Rules.OnPolicy rules;

    OnPolicyArm(Rules.OnPolicy rules) {
        this.rules = rules;
    }

    List<Policy.Request> requests(Complaint complaint) {
        Judged judged = complaint.last();
        List<Policy.Request> requests = new ArrayList<>();
        if (rules.samples() > 0)
            requests.add(
                    request(judged, "told by follow-up", afterFollowUp(judged), rules.samples()));
        if (rules.toldBySystem() > 0)
            requests.add(
                    request(judged, "told by system", quoted(complaint), rules.toldBySystem()));
        return requests;
    }

    private Policy.Request request(
            Judged judged, String purpose, List<Message> messages, int count) {
        return new Policy.Request(
                judged.signal().getVersion(),
                judged.signal().getConversationId(),
                messages,
                count,
                rules.maxTokens(),
                judged.seed(purpose));
    }

    private static List<Message> afterFollowUp(Judged judged) {
        List<Message> messages = new ArrayList<>(judged.prompt());
        messages.add(message(Role.ROLE_ASSISTANT, judged.signal().getReply()));
        messages.add(message(Role.ROLE_USER, judged.signal().getFollowUp()));
        return messages;
    }

    private static List<Message> quoted(Complaint complaint) {
        String told =
                "You are a helpful assistant. About an earlier answer this user said: \""
                        + complaint.last().signal().getFollowUp().strip()
                        + "\" Answer the way this user wants it, and do not speak about that.";
        List<Message> messages = new ArrayList<>(complaint.first().prompt());
        Message first = messages.getFirst();
        if (first.getRole() == Role.ROLE_SYSTEM)
            messages.set(0, message(Role.ROLE_SYSTEM, first.getContent() + "\n" + told));
        else messages.addFirst(message(Role.ROLE_SYSTEM, told));
        return messages;
    }

    private static Message message(Role role, String content) {
        return Message.newBuilder().setRole(role).setContent(content).build();
    }

    List<Proposal> proposals(Complaint complaint, Policy.Samples drawn) {
        return drawn.samples().stream()
                .map(sample -> new Proposal.Side(sample.text(), sample.ended()))
                .map(side ->
                        complaint.proposal(
                                complaint.last(), Origin.ORIGIN_ON_POLICY, side, List.of()))
                .toList();
    }
}
