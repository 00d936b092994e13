package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.testkit.model.FormulaWeights;
import dev.rejoinder.testkit.model.SafetensorsWriter;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderModelTest {
    @TempDir Path folder;

    @Test
    void shardsMakeTheSameModelAsOneFile() throws IOException {
        TinyModel tiny = TinyModel.llama();
        Path whole = tiny.write(folder.resolve("whole"));
        Path sharded = tiny.write(folder.resolve("sharded"));
        shard(tiny, sharded);

        try (ModelFiles one = ModelReader.open(whole);
                ModelFiles several = ModelReader.open(sharded)) {
            for (String name : one.weights().names()) {
                assertThat(several.weights().read(name)).isEqualTo(one.weights().read(name));
            }
            assertThat(several.digest()).isNotEqualTo(one.digest()).hasSize(64);
        }
    }

    @Test
    void aShardThatIsNotThereIsNamed() throws IOException {
        Path model = TinyModel.llama().write(folder);
        shard(TinyModel.llama(), model);
        Files.delete(model.resolve("model-2.safetensors"));

        assertRefused("model-2.safetensors");
    }

    @Test
    void anIndexMayNotLeaveItsFolder() throws IOException {
        TinyModel.llama().write(folder);
        Files.delete(folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"a\":\"../../secret.safetensors\"}}");

        assertRefused("outside its folder");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        TinyModel.llama().write(folder);
        Path file = folder.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 1 + whole.length / 40) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertRefused("model.safetensors");
        }
    }

    @Test
    void aWeightThatIsNoNumberIsFoundWhenItIsRead() throws IOException {
        TinyModel.llama().write(folder);
        Path file = folder.resolve("model.safetensors");
        try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "rw")) {
            weights.seek(weights.length() - 4);
            weights.write(new byte[] {0, 0, (byte) 0xC0, 0x7F}); // NaN
        }

        try (ModelFiles model = ModelReader.open(folder)) {
            assertThatThrownBy(() -> model.weights().read("model.norm.weight"))
                    .isInstanceOf(UnreadableModelException.class)
                    .hasMessageContaining("weight 47 of tensor model.norm.weight is NaN");
        }
    }

    @Test
    void halfAndBrainFloatsAreRead() throws IOException {
        String header =
                """
                {"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
                "brain":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]}}\
                """;
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        bytes.putShort((short) 0x3C00).putShort((short) 0xC000); // 1, -2
        bytes.putShort((short) 0x3F80).putShort((short) 0xC040); // 1, -3
        Path file = Files.write(folder.resolve("x.safetensors"), bytes.array());

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.read("half")).containsExactly(1f, -2f);
            assertThat(tensors.read("brain")).containsExactly(1f, -3f);
            assertThat(tensors.shape("brain")).containsExactly(1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"a\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1099511627776,1099511627776],"
                        + "\"data_offsets\":[0,8]}}",
                "{\"a\":",
                "[1, 2]"
            })
    void aHeaderThatContradictsItselfIsRefused(String header) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        Path file = Files.write(folder.resolve("x.safetensors"), bytes.array());

        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("x.safetensors");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "tokenizer.json",
                "model.safetensors",
                "tokenizer_config.json"
            })
    void aFileThatIsNotThereIsNamedOrItsContentIs(String missing) throws IOException {
        TinyModel.llama().write(folder);
        Files.delete(folder.resolve(missing));

        assertRefused(missing.equals("tokenizer_config.json") ? "chat template" : missing);
    }

    @Test
    void aTiedEmbeddingMayBeStoredAsTheHead() throws IOException {
        TinyModel tiny = TinyModel.llama();
        tiny.write(folder);
        Map<String, int[]> shapes = tiny.shapes();
        Map<String, float[]> weights = FormulaWeights.of(shapes);
        float[] embedding = weights.remove("model.embed_tokens.weight");
        weights.put("lm_head.weight", embedding);
        shapes.put("lm_head.weight", shapes.get("model.embed_tokens.weight"));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), shapes, weights);

        try (ModelFiles model = ModelReader.open(folder)) {
            assertThat(model.weights().read("model.embed_tokens.weight")).isEqualTo(embedding);
            assertThat(model.config().tiedEmbeddings()).isTrue();
        }
    }

    @Test
    void aTemplateFileWinsOverTheConfiguredOne() throws IOException {
        TinyModel.llama().write(folder);
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m.content }}<|endoftext|>{% endfor %}");

        try (ModelFiles model = ModelReader.open(folder)) {
            assertThat(model.chat().endOfTurn()).isZero();
        }
    }

    @Test
    void aTokenizerWithMoreTokensThanTheEmbeddingHasRowsIsRefused() throws IOException {
        TinyModel.llama().write(folder.resolve("large"));
        TinyModel.family("llama", 96).write(folder);
        Files.copy(
                folder.resolve("large/tokenizer.json"),
                folder.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);

        assertRefused("259 tokens");
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> ModelReader.open(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining(why);
    }

    private static void shard(TinyModel tiny, Path target) throws IOException {
        Map<String, int[]> shapes = tiny.shapes();
        Map<String, float[]> first = new TreeMap<>(FormulaWeights.of(shapes));
        Map<String, float[]> second = new TreeMap<>();
        StringBuilder index = new StringBuilder("{\"weight_map\":{");
        int number = 0;
        for (String name : shapes.keySet()) {
            boolean even = number++ % 2 == 0;
            if (even) second.put(name, first.remove(name));
            index.append(number > 1 ? "," : "")
                    .append("\"%s\":\"model-%d.safetensors\"".formatted(name, even ? 2 : 1));
        }
        Files.writeString(target.resolve("model.safetensors.index.json"), index.append("}}"));
        SafetensorsWriter.write(target.resolve("model-1.safetensors"), shapes, first);
        SafetensorsWriter.write(target.resolve("model-2.safetensors"), shapes, second);
        Files.delete(target.resolve("model.safetensors"));
    }
}
