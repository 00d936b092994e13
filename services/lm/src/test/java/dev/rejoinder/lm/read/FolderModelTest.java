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
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @ValueSource(strings = {"model.norm.weight", "model.layers.1.mlp.up_proj.weight"})
    void aTensorThatTheIndexNamesAndNoShardHasIsNamed(String name) throws IOException {
        TinyModel.llama().write(folder);
        shard(TinyModel.llama(), folder, name);
        assertThat(folder.resolve("model.safetensors.index.json"))
                .content()
                .contains("\"" + name + "\"");

        assertRefused("says that " + name + " lies in model-");
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
    void aFileCutInItsDataNamesTheTensorThatIsNotWhole() throws IOException {
        TinyModel.llama().write(folder);
        Path file = folder.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 4));

        assertRefused(
                "is cut off: it has %d bytes, tensor model.norm.weight needs 192"
                        .formatted(whole.length - 4));
    }

    @Test
    void aShardThatIsCutOffIsNamed() throws IOException {
        TinyModel.llama().write(folder);
        shard(TinyModel.llama(), folder);
        Path file = folder.resolve("model-2.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertRefused("model-2.safetensors is cut off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.embed_tokens.weight",
                "model.layers.1.mlp.up_proj.weight",
                "model.layers.0.input_layernorm.weight",
                "model.norm.weight"
            })
    void aMissingTensorIsNamed(String name) throws IOException {
        rewrite((shapes, weights) -> weights.remove(name));

        assertRefused("lacks tensor " + name);
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        String name = "model.layers.1.self_attn.k_proj.weight";
        rewrite((shapes, weights) -> {
            shapes.put(name, new int[] {48, 24});
            weights.put(name, new float[48 * 24]);
        });

        assertRefused("tensor " + name + " is of shape [48, 24]");
        assertRefused("asks for [24, 48]");
    }

    @Test
    void aTensorThatTheArchitectureDoesNotComputeWithIsRefused() throws IOException {
        String name = "model.layers.0.mlp.experts.0.up_proj.weight";
        rewrite((shapes, weights) -> {
            shapes.put(name, new int[] {2});
            weights.put(name, new float[2]);
        });

        assertRefused("llama with tensor " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json"})
    void aDamagedFileNeverDoesWorseThanBeRefused(String name) throws IOException {
        TinyModel.llama().write(folder);
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        long seed = 20261124;
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++)
                damaged[random.nextInt(Math.min(2500, damaged.length))] = (byte) random.nextInt();
            Files.write(folder.resolve(name), damaged);

            try (ModelFiles model = ModelReader.open(folder)) {
                assertThat(model.config().layers()).isPositive();
            } catch (UnreadableModelException refused) {
                assertThat(refused)
                        .as("seed %d round %d", seed, round)
                        .hasMessageContaining(folder.toString());
            }
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
    @CsvSource({"F16, 7E00", "F16, 7C00", "BF16, 7FC0", "BF16, FF80"})
    void aHalfThatIsNoNumberIsNamedWithItsPlace(String type, String bits) throws IOException {
        byte[] json =
                "{\"x\":{\"dtype\":\"%s\",\"shape\":[2,3],\"data_offsets\":[0,12]}}"
                        .formatted(type)
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        bytes.putShort(8 + json.length + 2 * 4, (short) Integer.parseInt(bits, 16));
        Path file = Files.write(folder.resolve("x.safetensors"), bytes.array());

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThatThrownBy(() -> tensors.read("x"))
                    .isInstanceOf(UnreadableModelException.class)
                    .hasMessageContaining("x.safetensors: weight 4 of tensor x is ");
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

    /** Writes the tiny llama with other tensors. */
    private void rewrite(BiConsumer<Map<String, int[]>, Map<String, float[]>> change)
            throws IOException {
        TinyModel.llama().write(folder);
        Map<String, int[]> shapes = TinyModel.llama().shapes();
        Map<String, float[]> weights = FormulaWeights.of(shapes);
        change.accept(shapes, weights);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), shapes, weights);
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> ModelReader.open(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining(why);
    }

    /**
     * Writes the weights again as two files and an index.
     *
     * @param lost tensors that are in the index alone
     */
    private static void shard(TinyModel tiny, Path target, String... lost) throws IOException {
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
        for (String name : lost) {
            first.remove(name);
            second.remove(name);
        }
        SafetensorsWriter.write(target.resolve("model-1.safetensors"), shapes, first);
        SafetensorsWriter.write(target.resolve("model-2.safetensors"), shapes, second);
        Files.delete(target.resolve("model.safetensors"));
    }
}
