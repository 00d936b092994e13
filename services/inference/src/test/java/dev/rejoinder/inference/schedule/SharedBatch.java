package dev.rejoinder.inference.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A batch of so many places over a {@link FairQueue}, where time is counted in decode steps. */
final class SharedBatch {
    static final int NOT_YET = -1;

    private final int places;
    private final FairQueue<Request> queue;
    private final List<Request> running = new ArrayList<>();
    private final Map<String, Long> served = new HashMap<>();
    private int now;

    /** A reply of so many tokens, and the steps at which it was wanted, began and ended. */
    static final class Request {
        final String key;
        final int prompt;
        final int reply;
        final int arrived;
        int begun = NOT_YET;
        int ended = NOT_YET;
        private int written;

        private Request(String key, int prompt, int reply, int arrived) {
            this.key = key;
            this.prompt = prompt;
            this.reply = reply;
            this.arrived = arrived;
        }
    }

    SharedBatch(int places, ToDoubleFunction<String> weights) {
        this.places = places;
        this.queue = new FairQueue<>(weights);
    }

    Request add(String key, int prompt, int reply) {
        Request request = new Request(key, prompt, reply, now);
        queue.add(key, request);
        return request;
    }

    void step() {
        while (running.size() < places && queue.keysWaiting() > 0) begin(queue.poll());
        for (Request each : List.copyOf(running)) write(each);
        now++;
    }

    private void begin(Request request) {
        request.begun = now;
        running.add(request);
        serve(request.key, request.prompt, FairQueue.PROMPT_TOKEN);
    }

    private void write(Request request) {
        serve(request.key, 1, FairQueue.REPLY_TOKEN);
        if (++request.written < request.reply) return;
        request.ended = now;
        running.remove(request);
        queue.ended(request.key);
    }

    private void serve(String key, int tokens, double price) {
        queue.charge(key, tokens, price);
        served.merge(key, (long) (tokens * price), Long::sum);
    }

    /** Prompt and reply tokens so far, by their prices. */
    long served(String key) {
        return served.getOrDefault(key, 0L);
    }

    int running() {
        return running.size();
    }

    int waiting() {
        return queue.inFlight() - running.size();
    }

    int now() {
        return now;
    }
}
