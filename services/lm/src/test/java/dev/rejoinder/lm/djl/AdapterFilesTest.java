package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.adapter.AdapterTensors;
import dev.rejoinder.lm.adapter.AdapterTensors.Tensor;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.read.Digests;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterFilesTest {
    private static final String QUERY_A =
            "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight";
    private static LanguageModel model;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        model = TinyModels.load(TinyModels.llama(), Precision.FLOAT32);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @BeforeEach
    void save() {
        try (var training = model.train(AdapterConfig.attention(), 1, 0)) {
            training.saveAdapter(folder);
        }
    }

    @Test
    void anAdapterIsWrittenUnderPeftsNamesAndReadBackTheSame() throws IOException {
        PeftFolder written = PeftFolder.read(folder);

        assertThat(written.config()).isEqualTo(AdapterConfig.attention());
        assertThat(written.tensors().tensors()).hasSize(2 * 4 * 2).containsKey(QUERY_A);
        assertThat(written.digest())
                .isEqualTo(Digests.of(folder.resolve(PeftFolder.WEIGHTS)))
                .isEqualTo(
                        PeftFolder.digest(
                                written.config(),
                                reordered(written.tensors()),
                                model.info().digest()));
        try (var adapter = model.loadAdapter(folder)) {
            assertThat(adapter.digest()).isEqualTo(written.digest());
        }
    }

    /** A new adapter starts as PEFT's does: A within 1 / sqrt(48), B zero. */
    @Test
    void aNewAdapterStartsAsPeftDrawsIt() {
        PeftFolder.read(folder)
                .tensors()
                .tensors()
                .forEach((name, tensor) -> {
                    double most = 0;
                    for (float v : tensor.values()) most = Math.max(most, Math.abs(v));
                    if (name.contains("lora_B")) assertThat(most).isZero();
                    else assertThat(most).isBetween(0.9 / Math.sqrt(48), 1 / Math.sqrt(48));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "'\"use_dora\" : false', '\"use_dora\" : true', use_dora",
        "'\"peft_type\" : \"LORA\"', '\"peft_type\" : \"IA3\"', IA3",
        "'\"r\" : 8', '\"r\" : 4', scale of 4.0",
        "'\"r\" : 8', '\"r\" : 65', 65",
        "'\"v_proj\"', '\"w_proj\"', w_proj",
        "'\"lora_alpha\" : 16.0', '\"lora_alpha\" : 64.0', scale of 8.0",
        "'\"use_rslora\" : false', '\"use_rslora\" : true', scale of 5.65",
        "'\"alpha_pattern\" : { }', '\"alpha_pattern\" : { \"v_proj\": 99 }', alpha_pattern",
        "'\"r\" : 8', '\"r\" : 8, \"rejoinder\": {\"base_digest\": \"1\"}', base of 1"
    })
    void anAdapterThatCannotBeServedAsItSaysIsRefused(String from, String to, String names)
            throws IOException {
        Path config = folder.resolve(PeftFolder.CONFIG);
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));

        assertThatThrownBy(() -> model.loadAdapter(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining(names);
    }

    @Test
    void anAdapterWithoutATensorIsRefusedByName() {
        rewrite(tensors -> {
            tensors.remove(QUERY_A);
            return tensors;
        });

        assertThatThrownBy(() -> model.loadAdapter(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining(QUERY_A);
    }

    @Test
    void anAdapterWithANumberThatIsNotFiniteIsRefused() {
        rewrite(tensors -> {
            tensors.get(QUERY_A).values()[3] = Float.POSITIVE_INFINITY;
            return tensors;
        });

        assertThatThrownBy(() -> model.loadAdapter(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining(QUERY_A);
    }

    @Test
    void aCutOffFileIsRefused() throws IOException {
        Path weights = folder.resolve(PeftFolder.WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 100));

        assertThatThrownBy(() -> model.loadAdapter(folder))
                .isInstanceOf(UnreadableModelException.class);
    }

    /** As PEFT writes it: the file says nothing of its configuration. */
    @Test
    void anAdapterOfAnotherToolIsTakenAsItsConfigurationSays() throws IOException {
        Path weights = folder.resolve(PeftFolder.WEIGHTS);
        String ours = Files.readString(weights, StandardCharsets.ISO_8859_1);
        String theirs = ours.replaceAll("\"rejoinder[.]([a-z_]+)\"", "\"elsewhere.$1\"");
        assertThat(theirs).isNotEqualTo(ours).hasSameSizeAs(ours);
        Files.writeString(weights, theirs, StandardCharsets.ISO_8859_1);
        Path config = folder.resolve(PeftFolder.CONFIG);
        Files.writeString(
                config,
                Files.readString(config).replace("\"lora_alpha\" : 16.0", "\"lora_alpha\" : 32.0"));

        try (var adapter = model.loadAdapter(folder)) {
            assertThat(adapter.config().scale()).isEqualTo(4);
        }
    }

    @Test
    void anAdapterOfAnotherBaseIsRefusedByName() {
        PeftFolder written = PeftFolder.read(folder);
        PeftFolder.write(folder, written.config(), written.tensors(), "another", "1".repeat(64));

        assertThatThrownBy(() -> model.loadAdapter(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("made for the base 1111");
    }

    @Test
    void aFolderWithoutFilesIsRefused() {
        assertThatThrownBy(() -> model.loadAdapter(folder.resolve("nothing")))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("missing");
    }

    private void rewrite(UnaryOperator<LinkedHashMap<String, Tensor>> change) {
        PeftFolder written = PeftFolder.read(folder);
        var tensors = change.apply(new LinkedHashMap<>(written.tensors().tensors()));
        PeftFolder.write(
                folder, written.config(), new AdapterTensors(tensors), "tiny", "0".repeat(64));
    }

    /** In the order of the model's layers and modules, as a training writes them. */
    private static AdapterTensors reordered(AdapterTensors read) {
        var ordered = new LinkedHashMap<String, Tensor>();
        LoraShape.of(TinyModels.llama(), AdapterConfig.attention())
                .matrices()
                .forEach(m -> ordered.put(m.name(), read.tensors().get(m.name())));
        return new AdapterTensors(ordered);
    }
}
