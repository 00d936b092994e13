package dev.rejoinder.standalone.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private static final JsonLines.Answer ECHO =
            line -> {
                if (line.has("bad")) throw new BadLine("bad is not wanted");
                ObjectNode answer = JsonNodeFactory.instance.objectNode();
                answer.set("x", line.get("x"));
                return CompletableFuture.completedFuture(answer);
            };

    private record Result(int code, String out) {}

    @Test
    void everyLineIsAnsweredInOrderWithItsIdFirst() {
        Result result = run("{\"x\":1,\"id\":\"a\"}\n{\"id\":2,\"x\":2}\n", 1, ECHO);

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("{\"id\":\"a\",\"x\":1}\n{\"id\":2,\"x\":2}\n");
    }

    @Test
    void aMalformedLineIsReportedAndTheRestGoesOn() {
        Result result = run("{\"x\":1}\nnope\n[1]\n{\"id\":7,\"bad\":true}\n{\"x\":5}", 1, ECHO);

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out().lines().toList())
                .hasSize(5)
                .satisfies(lines -> {
                    assertThat(lines.get(1)).contains("\"line\":2").contains("not JSON");
                    assertThat(lines.get(2)).contains("\"line\":3").contains("no object");
                    assertThat(lines.get(3))
                            .isEqualTo("{\"id\":7,\"line\":4,\"error\":\"bad is not wanted\"}");
                    assertThat(lines.get(4)).isEqualTo("{\"x\":5}");
                });
    }

    @Test
    void bytesThatAreNoUtf8AreReportedWithoutReplacement() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("{\"x\":\"".getBytes(StandardCharsets.UTF_8));
        bytes.write(0xC3);
        bytes.writeBytes("\"}\n{\"x\":2}\n".getBytes(StandardCharsets.UTF_8));
        StringWriter out = new StringWriter();

        int code =
                JsonLines.run(
                        new ByteArrayInputStream(bytes.toByteArray()),
                        new PrintWriter(out),
                        1,
                        ECHO);

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("not UTF-8").contains("{\"x\":2}");
    }

    @Test
    void aLineThatIsTooLongIsReportedAndTheRestGoesOn() {
        String endless = "x".repeat((16 << 20) + 1);

        Result result = run(endless + "\n{\"x\":2}\n", 1, ECHO);

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out().lines().toList())
                .hasSize(2)
                .satisfies(lines -> {
                    assertThat(lines.get(0)).contains("\"line\":1").contains("split it");
                    assertThat(lines.get(1)).isEqualTo("{\"x\":2}");
                });
    }

    @Test
    void severalLinesAreUnderWayAtOnceAndStillComeInOrder() {
        JsonLines.Answer slowFirst =
                line -> {
                    ObjectNode answer = JsonNodeFactory.instance.objectNode();
                    answer.set("x", line.get("x"));
                    CompletableFuture<ObjectNode> later = new CompletableFuture<>();
                    return later.completeOnTimeout(
                            answer, 300 / line.get("x").asInt(), TimeUnit.MILLISECONDS);
                };

        assertThat(run("{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n", 3, slowFirst).out())
                .isEqualTo("{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n");
    }

    @Test
    void emptyLinesAndWindowsLineEndsAreNoFault() {
        assertThat(run("\r\n\n{\"x\":1}\r\n", 1, ECHO)).isEqualTo(new Result(0, "{\"x\":1}\n"));
    }

    private static Result run(String in, int window, JsonLines.Answer answer) {
        StringWriter out = new StringWriter();
        int code =
                JsonLines.run(
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        new PrintWriter(out),
                        window,
                        answer);
        return new Result(code, out.toString().replace(System.lineSeparator(), "\n"));
    }
}
