package dev.rejoinder.signals.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The committed head on everyday sentences of our own that no training data holds. */
class PlainWordsTest {
    private static final List<String> COMPLAINTS =
            List.of(
                    "That's way too long.",
                    "Shorter please, I don't have all day.",
                    "This is far too complicated for me.",
                    "Simpler words please.",
                    "I can't follow that, say it more plainly.",
                    "No bullet points, I wanted a normal paragraph.",
                    "That isn't what I asked for.",
                    "You didn't answer my question at all.",
                    "Too much text, just give me the gist.",
                    "Please cut this down to one sentence.",
                    "Wrong format, I need a table.",
                    "Ugh, not again. Keep it brief.",
                    "Why do you always go on and on?",
                    "This is useless to me.",
                    "Can you make it less formal?",
                    "I said in English, please.",
                    "That makes no sense, try again.",
                    "It's hard to read like this.");

    private static final List<String> THANKS =
            List.of(
                    "Thanks, that's exactly what I needed!",
                    "Perfect, thank you.",
                    "Great, that helps a lot.",
                    "Nice one, cheers.",
                    "Thank you, short and clear.",
                    "Brilliant, got it.",
                    "That was really helpful, thanks!",
                    "Awesome, thanks a bunch.",
                    "Lovely, that works for me.",
                    "Ah, now I understand. Thank you!");

    private static final List<String> NEITHER =
            List.of(
                    "And what about glass bottles?",
                    "Which of these can I do at home?",
                    "How long does it take?",
                    "What is the capital of Peru?",
                    "Is the same true for paper?",
                    "Write a poem about autumn.",
                    "Who invented it?",
                    "Tell me about the history of tea.");

    private static LanguageModel model;
    private static Detector detector;

    @BeforeAll
    static void load() {
        try (ModelFiles files =
                ModelReader.open(
                        ModelStore.fromEnvironment()
                                .resolve(
                                        ModelStore.DEFAULT_MODEL,
                                        new Progress() {
                                            @Override
                                            public void noted(String line) {
                                                System.out.println(line);
                                            }
                                        }))) {
            model = LanguageModels.load(files, EngineOptions.of(Precision.AUTO));
        }
        detector = Detectors.forModel(model, HeadDetector.DEFAULT_PRECISION);
        assertThat(detector).isInstanceOf(HeadDetector.class);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Share of the sentences whose reading is as said; prints the others. */
    private static double share(List<String> followUps, Predicate<Reading> as) {
        List<Exchange> exchanges = new ArrayList<>();
        for (String f : followUps)
            exchanges.add(
                    new Exchange(
                            "How does recycling of plastic work?",
                            "Plastic is collected, sorted by kind, washed and shredded. The flakes are"
                                    + " melted and pressed into pellets, from which new things are made."
                                    + " Some kinds can be recycled many times, others only once.",
                            f));
        List<Reading> readings = detector.read(exchanges);
        int right = 0;
        for (int i = 0; i < readings.size(); i++) {
            Reading r = readings.get(i);
            if (as.test(r)) right++;
            else
                System.out.printf(
                        "read otherwise: %s sat %.2f dsat %.2f%n",
                        followUps.get(i), r.sat(), r.dsat());
        }
        return (double) right / readings.size();
    }

    @Test
    void mostPlainComplaintsAreActedOn() {
        assertThat(share(COMPLAINTS, r -> r.dsatVerdict() == Verdict.YES))
                .isGreaterThanOrEqualTo(0.8);
        assertThat(share(COMPLAINTS, r -> r.satVerdict() != Verdict.YES)).isEqualTo(1);
    }

    @Test
    void mostPlainThanksAreActedOn() {
        assertThat(share(THANKS, r -> r.satVerdict() == Verdict.YES)).isGreaterThanOrEqualTo(0.8);
        assertThat(share(THANKS, r -> r.dsatVerdict() != Verdict.YES)).isEqualTo(1);
    }

    @Test
    void aPlainNextQuestionIsNoComplaint() {
        assertThat(share(NEITHER, r -> r.dsatVerdict() != Verdict.YES))
                .isGreaterThanOrEqualTo(0.85);
        assertThat(share(NEITHER, r -> r.satVerdict() != Verdict.YES)).isGreaterThanOrEqualTo(0.85);
    }
}
