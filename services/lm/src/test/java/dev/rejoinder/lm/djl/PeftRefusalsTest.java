package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.testkit.model.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PEFT adapters that would not be computed as they say: refused, naming file, cause and remedy. */
class PeftRefusalsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUERY = "base_model.model.model.layers.1.self_attn.q_proj.lora_";
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

    /** Rank 1 on q_proj and v_proj. */
    @BeforeEach
    void copy() throws IOException {
        for (String file : new String[] {PeftFolder.CONFIG, PeftFolder.WEIGHTS})
            Files.copy(PeftFilesTest.folder("rank-1").resolve(file), folder.resolve(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "use_dora | true | use_dora of true is not served",
                "modules_to_save | [\"lm_head\"] | modules_to_save",
                "bias | \"all\" | bias of \"all\" is not served; train with none",
                "bias | \"lora_only\" | lora_only",
                "lora_bias | true | lora_bias",
                "peft_type | \"IA3\" | peft_type of \"IA3\" is not served; train with LORA",
                "peft_type | \"ADALORA\" | ADALORA",
                "fan_in_fan_out | true | fan_in_fan_out",
                "init_lora_weights | \"pissa_niter_4\" | pissa_niter_4",
                "init_lora_weights | \"olora\" | olora",
                "trainable_token_indices | [3] | trainable_token_indices",
                "target_parameters | [\"mlp.experts\"] | target_parameters",
                "layer_replication | [[0, 2]] | layer_replication",
                "alora_invocation_tokens | [5] | alora_invocation_tokens",
                "use_qalora | true | use_qalora",
                "r | 0 | rank of 0 is outside 1 to 64",
                "r | 65 | rank of 65 is outside 1 to 64",
                "r | 1.5 | r of 1.5 is not served; train with a whole number",
                "r | null | r of null",
                "r | 2 | needs 2 by 48",
                "lora_alpha | 0 | alpha of 0.0",
                "lora_alpha | null | alpha of 0.0",
                "rank_pattern | {\"q_proj\": 65} | rank of 65",
                "rank_pattern | {\"q_proj\": 1.5} | 1.5, which is no whole number",
                "rank_pattern | {\"q_proj\": \"2\"} | rank_pattern gives q_proj \"2\"",
                "rank_pattern | {\"q_proj\": 2} | needs 2 by 48",
                "rank_pattern | {\"(q_proj\": 2} | no expression that is read",
                "alpha_pattern | {\"v_proj\": -1} | alpha of -1.0",
                "target_modules | [] | at least one target",
                "target_modules | null | at least one target",
                "target_modules | {\"q_proj\": 1} | target_modules of",
                "target_modules | [\"w_proj\"] | target module w_proj is not known; the targets are [q_proj",
                "target_modules | [\"q_proj\", \"lm_head\"] | adapting lm_head is not served",
                "target_modules | [\"q_proj\", \"embed_tokens\"] | adapting model.embed_tokens is not served",
                "target_modules | \".*[dj]\" | adapting lm_head is not served",
                "target_modules | \".*w_proj\" | no module of this base",
                "target_modules | \"(\" | no expression that is read",
                "target_modules | [\"q_proj\"] | v_proj.lora_A.weight belongs to no target",
                "target_modules | [\"q_proj\", \"v_proj\", \"o_proj\"] | no tensor base_model.model.model.layers.0.self_attn.o_proj.lora_A.weight",
                "target_modules | \"all-linear\" | no tensor",
                "exclude_modules | [\"v_proj\"] | v_proj.lora_A.weight belongs to no target",
                "exclude_modules | \".*\" | no module of this base",
                "layers_to_transform | 1 | layers.0.self_attn.q_proj.lora_A.weight belongs to no target",
                "layers_to_transform | [7] | no module of this base",
                "layers_to_transform | [\"x\"] | no number of a layer",
            })
    void aConfigurationThatIsNotServedIsRefusedByName(String field, String value, String names)
            throws IOException {
        Path file = folder.resolve(PeftFolder.CONFIG);
        var json = (ObjectNode) JSON.readTree(file.toFile());
        json.set(field, JSON.readTree(value));
        JSON.writeValue(file.toFile(), json);

        assertRefused(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A.weight", "B.weight"})
    void aFactorWithoutItsCounterpartIsRefusedByName(String missing) throws IOException {
        Factors factors = Factors.read(folder);
        factors.values.remove(QUERY + missing);
        factors.write(folder);

        assertRefused("the adapter has no tensor " + QUERY + missing);
    }

    @Test
    void aFactorOfAnotherShapeIsRefusedWithBothShapes() throws IOException {
        Factors factors = Factors.read(folder);
        factors.shapes.put(QUERY + "A.weight", new int[] {1, 40});
        factors.values.put(QUERY + "A.weight", new float[40]);
        factors.write(folder);

        assertRefused(QUERY + "A.weight is 1 by 40 where rank 1 on this base needs 1 by 48");
    }

    @Test
    void aFactorThatIsNoMatrixIsRefused() throws IOException {
        Factors factors = Factors.read(folder);
        factors.shapes.put(QUERY + "A.weight", new int[] {48});
        factors.write(folder);

        assertRefused(QUERY + "A.weight has 1 dimensions, a factor has 2");
    }

    @Test
    void aTensorOfNoTargetIsRefusedByName() throws IOException {
        Factors factors = Factors.read(folder);
        String other = "base_model.model.lm_head.lora_A.weight";
        factors.shapes.put(other, new int[] {1, 48});
        factors.values.put(other, new float[48]);
        factors.write(folder);

        assertRefused("tensor " + other + " belongs to no target module");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aFactorThatIsNotFiniteIsRefusedWithItsPlace(float broken) throws IOException {
        Factors factors = Factors.read(folder);
        factors.values.get(QUERY + "B.weight")[17] = broken;
        factors.write(folder);

        assertRefused("weight 17 of tensor " + QUERY + "B.weight is " + broken);
    }

    @Test
    void aFileCutAnywhereIsRefused() throws IOException {
        Path file = folder.resolve(PeftFolder.WEIGHTS);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 1 + whole.length / 40) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertRefused(PeftFolder.WEIGHTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"peft_type\": \"LORA\"", "null"})
    void aConfigurationThatIsNoJsonObjectIsRefused(String text) throws IOException {
        Files.writeString(folder.resolve(PeftFolder.CONFIG), text);

        assertRefused(PeftFolder.CONFIG);
    }

    /** Nothing of an adapter that was refused stays in native memory. */
    @Test
    void aRefusedAdapterLeavesNothingBehind() throws IOException {
        int before = ((TorchModel) model).heldTensors();
        Files.delete(folder.resolve(PeftFolder.WEIGHTS));

        assertRefused(PeftFolder.WEIGHTS + " is missing");

        assertThat(((TorchModel) model).heldTensors()).isEqualTo(before);
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> model.loadAdapter(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(why);
    }

    /** The tensors of a file, to be changed and written again without our own metadata. */
    private record Factors(Map<String, int[]> shapes, Map<String, float[]> values) {
        static Factors read(Path folder) {
            var factors = new Factors(new TreeMap<>(), new TreeMap<>());
            PeftFolder.read(folder)
                    .tensors()
                    .tensors()
                    .forEach((name, t) -> {
                        factors.shapes.put(name, new int[] {t.rows(), t.columns()});
                        factors.values.put(name, t.values());
                    });
            return factors;
        }

        void write(Path folder) throws IOException {
            SafetensorsWriter.write(folder.resolve(PeftFolder.WEIGHTS), shapes, values);
        }
    }
}
