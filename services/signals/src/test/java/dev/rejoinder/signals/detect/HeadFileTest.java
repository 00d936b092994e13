package dev.rejoinder.signals.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadFileTest {
    private static final Head HEAD =
            new Head(
                    "head-x/1",
                    "abc",
                    2,
                    List.of(1, 2),
                    List.of(
                            new Head.Output(
                                    Head.SAT,
                                    new float[] {0.5f, -3000f, 1e-3f},
                                    -1.25,
                                    List.of(new Head.Point(0.5, 0.8, 0.4, 0.9))),
                            new Head.Output(Head.DSAT, new float[] {0, 1, 2}, 0, List.of())));

    private static byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HeadFile.write(HEAD, out);
        return out.toByteArray();
    }

    @Test
    void aHeadReadsAsItWasWrittenButForTheLastBitsOfItsWeights() throws IOException {
        Head read = HeadFile.read(new ByteArrayInputStream(bytes()));

        assertThat(read.name()).isEqualTo("head-x/1");
        assertThat(read.layers()).containsExactly(1, 2);
        assertThat(read.output(Head.SAT).bias()).isEqualTo(-1.25);
        assertThat(read.output(Head.SAT).curve()).isEqualTo(HEAD.output(Head.SAT).curve());
        assertThat(read.output(Head.SAT).weights())
                .usingComparatorWithPrecision(3f)
                .containsExactly(0.5f, -3000f, 1e-3f);
        assertThat(read.output(Head.DSAT).probability(new float[] {0, 0, 1}))
                .isCloseTo(1 / (1 + Math.exp(-2)), within(1e-3));
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIOException()
                    .as("%d bytes", length)
                    .isThrownBy(() -> HeadFile.read(new ByteArrayInputStream(cut)));
        }
    }

    @Test
    void anotherFileIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> HeadFile.read(new ByteArrayInputStream("GGUF....".getBytes())))
                .withMessageContaining("no head");
    }
}
