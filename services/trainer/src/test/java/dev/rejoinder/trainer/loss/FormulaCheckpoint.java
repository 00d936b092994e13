package dev.rejoinder.trainer.loss;

import dev.rejoinder.lm.adapter.AdapterTensors;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.train.LoraTraining;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Lets a training begin at the golden adapter: tensor t of the sorted PEFT names has at element i
 * the value {@code (u - 0.5) * 0.04}, u being splitmix64 of {@code t << 32 | i} in [0, 1). Written
 * into the training's own checkpoint, since nothing else says where a training begins.
 */
final class FormulaCheckpoint {
    private static final double SPREAD = 0.04;

    /** The order of a layer's modules in a checkpoint; A stands before B. */
    private static final List<String> MODULES = List.of("q_proj", "k_proj", "v_proj", "o_proj");

    private FormulaCheckpoint() {}

    static void begin(LoraTraining training, Path folder) throws IOException {
        Path file = folder.resolve("formula.checkpoint");
        training.saveAdapter(folder.resolve("adapter"));
        training.saveCheckpoint(file);
        Map<String, AdapterTensors.Tensor> tensors =
                PeftFolder.read(folder.resolve("adapter")).tensors().tensors();
        Files.write(file, rewritten(Files.readAllBytes(file), tensors));
        training.restore(file);
    }

    private static byte[] rewritten(byte[] checkpoint, Map<String, AdapterTensors.Tensor> tensors)
            throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(checkpoint));
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(in.readInt());
        out.writeUTF(in.readUTF());
        out.writeUTF(in.readUTF());
        out.writeInt(in.readInt());
        int parameters = in.readInt();
        out.writeInt(parameters);
        List<String> sorted = tensors.keySet().stream().sorted().toList();
        for (String name : inCheckpointsOrder(sorted))
            for (int i = 0; i < tensors.get(name).values().length; i++)
                out.writeFloat(value(sorted.indexOf(name), i));
        out.write(new byte[2 * parameters * Float.BYTES]); // AdamW's moments, before the first step
        var crc = new CRC32C();
        crc.update(bytes.toByteArray());
        out.writeLong(crc.getValue());
        return bytes.toByteArray();
    }

    private static List<String> inCheckpointsOrder(List<String> names) {
        return names.stream()
                .sorted(
                        Comparator.comparingInt(FormulaCheckpoint::layer)
                                .thenComparingInt(FormulaCheckpoint::module)
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** {@code base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight} */
    private static int layer(String name) {
        return Integer.parseInt(name.split("\\.")[4]);
    }

    private static int module(String name) {
        return MODULES.indexOf(name.split("\\.")[6]);
    }

    private static float value(long tensor, long element) {
        long z = (tensor << 32 | element) + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        double u = ((z ^ z >>> 31) >>> 11) * 0x1p-53;
        return (float) ((u - 0.5) * SPREAD);
    }
}
