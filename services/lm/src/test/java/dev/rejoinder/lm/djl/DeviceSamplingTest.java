package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A batch of every kind of sampling, as a CPU's vector units read it and as a GPU would. */
class DeviceSamplingTest {
    private static final EngineOptions OPTIONS = EngineOptions.of(Precision.FLOAT32).withThreads(1);

    @Test
    void aBatchIsAnsweredTheSameWhereverItsTokensAreDrawn() {
        List<Reply> inJava = replies(OPTIONS);
        List<Reply> besideTheLogits = replies(OPTIONS.withoutVectors());

        for (int i = 0; i < inJava.size() - 1; i++) {
            assertThat(inJava.get(i).tokens()).isNotEmpty();
            assertThat(ids(besideTheLogits.get(i))).as("row %d", i).isEqualTo(ids(inJava.get(i)));
        }
    }

    @Test
    void aRowThatFailsEndsAlone() {
        List<Reply> replies = replies(OPTIONS.withoutVectors());

        assertThat(replies.getLast().error()).hasMessage("no way on");
        assertThat(replies.subList(0, replies.size() - 1))
                .allSatisfy(reply -> assertThat(reply.error()).isNull());
    }

    private static List<Reply> replies(EngineOptions options) {
        List<GenerationRequest> requests =
                List.of(
                        request(Sampling.greedy(), null),
                        request(sampling(1, Truncation.NONE, Penalties.NONE, 3), null),
                        request(
                                sampling(1.7, new Truncation(20, 0.9, 0.02), Penalties.NONE, 4),
                                null),
                        request(sampling(1e-50, Truncation.NONE, Penalties.NONE, 5), null),
                        request(
                                sampling(1, Truncation.topP(0.8), new Penalties(1.3, 0.5, 0), 6),
                                null),
                        request(sampling(1, new Truncation(7, 1, 0), Penalties.NONE, 7), null),
                        request(Sampling.greedy(), Lost::new));
        List<Reply> replies = new ArrayList<>();
        try (LanguageModel model = TinyModels.load(TinyModels.llama(), options);
                var generator = model.generator(requests.size())) {
            for (GenerationRequest request : requests) {
                Reply reply = new Reply();
                replies.add(reply);
                generator.add(request, reply);
            }
            while (generator.step()) {}
        }
        return replies;
    }

    private static Sampling sampling(
            double temperature, Truncation truncation, Penalties penalties, long seed) {
        return new Sampling(temperature, truncation, penalties, Map.of(), seed, 2);
    }

    private static GenerationRequest request(Sampling sampling, @Nullable Constraint constraint) {
        return new GenerationRequest(
                new int[] {1, 5, 9, 33}, sampling, 24, List.of(), null, constraint);
    }

    private static List<Integer> ids(Reply reply) {
        return reply.tokens().stream().map(t -> t.id()).toList();
    }

    /** Knows no next token. */
    private static final class Lost implements Constraint.Guide {
        @Override
        public BitSet allowed() {
            throw new IllegalStateException("no way on");
        }

        @Override
        public void wrote(int token) {}
    }
}
