package dev.rejoinder.lm.djl;

import ai.djl.pytorch.jni.JniUtils;
import dev.rejoinder.lm.ComputeDevice;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.read.ModelFiles;
import java.util.concurrent.Callable;

/** The engine's door: turns an opened model into one that computes. */
public final class LanguageModels {
    private LanguageModels() {}

    /** What {@link Precision#AUTO} means on this machine; the others mean themselves. */
    public static Precision resolve(Precision precision) {
        return onNativeThread(() -> {
            Computation on = Computation.of(EngineOptions.of(precision));
            if (precision == Precision.INT8 && on.vectors()) return Precision.INT8;
            return on.bfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
        });
    }

    /** Bytes of one weight as a decode step reads it. */
    public static int decodeWeightBytes(Precision precision) {
        return onNativeThread(() -> {
            Computation on = Computation.of(EngineOptions.of(precision));
            return (on.vectors() ? on.vectorFormat() : on.format()).bytes();
        });
    }

    /**
     * For whoever has more to do before {@link #load}, such as fetching the model.
     *
     * @throws IllegalArgumentException if there is no such device; says which there are
     */
    public static void requireDevice(ComputeDevice device) {
        onNativeThread(() -> Placement.of(device));
    }

    private static <T> T onNativeThread(Callable<T> question) {
        NativeGate gate = NativeGate.acquire();
        try {
            return gate.run(Priority.SERVING, question);
        } finally {
            NativeGate.release();
        }
    }

    /**
     * For processes that close their models only when their work is done: told to end before, they
     * end after the pass that is running. Without it the pass would run on while libtorch is being
     * taken down, and crash.
     */
    public static void endWithTheProcess() {
        NativeGate.endWithTheProcess();
    }

    /**
     * Native tensors that live between two calls: of the base, of adapters, trainings and caches.
     * As exact as it is still: ask while nothing computes.
     */
    public static int heldTensors(LanguageModel model) {
        return ((TorchModel) model).heldTensors();
    }

    /** Blocks of its cache that requests hold; none while nothing is in the batch. */
    public static int heldBlocks(BatchGenerator generator) {
        return ((TorchGenerator) generator).heldBlocks();
    }

    /**
     * Loads the weights. The files may be closed afterwards.
     *
     * @throws dev.rejoinder.lm.read.UnreadableModelException if a tensor is missing or has another
     *     shape than the configuration says
     * @throws IllegalArgumentException if there is no such device
     */
    public static LanguageModel load(ModelFiles files, EngineOptions options) {
        return load(files, options, NativeTensors.SLICE);
    }

    /**
     * @param slice weights that are on the heap at a time
     */
    static LanguageModel load(ModelFiles files, EngineOptions options, int slice) {
        NativeGate gate = NativeGate.acquire();
        try {
            Decoder decoder =
                    gate.run(
                            Priority.SERVING,
                            () -> {
                                JniUtils.setNumThreads(options.nativeThreads());
                                return Decoder.load(files, options, slice);
                            });
            return new TorchModel(gate, decoder, files, options);
        } catch (RuntimeException | Error e) {
            NativeGate.release();
            throw e;
        }
    }
}
