package dev.rejoinder.lm.djl;

import ai.djl.pytorch.jni.JniUtils;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.read.ModelFiles;
import java.util.concurrent.Callable;

/** The engine's door: turns an opened model into one that computes. */
public final class LanguageModels {
    private LanguageModels() {}

    /** What {@link Precision#AUTO} means on this machine; the others mean themselves. */
    public static Precision resolve(Precision precision) {
        return onNativeThread(() -> {
            if (precision == Precision.INT8 && Device.vectors()) return Precision.INT8;
            return Device.bfloat16(precision) ? Precision.BFLOAT16 : Precision.FLOAT32;
        });
    }

    /** Bytes of one weight as a decode step reads it. */
    public static int decodeWeightBytes(Precision precision) {
        return onNativeThread(() ->
                Device.vectors()
                        ? Device.vectorFormat(precision).bytes()
                        : Device.bfloat16(precision) ? Short.BYTES : Float.BYTES);
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
     * Loads the weights. The files may be closed afterwards.
     *
     * @throws dev.rejoinder.lm.read.UnreadableModelException if a tensor is missing or has another
     *     shape than the configuration says
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
