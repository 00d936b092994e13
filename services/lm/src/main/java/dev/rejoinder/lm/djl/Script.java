package dev.rejoinder.lm.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * A loaded TorchScript object. DJL runs one method of a block and only for inference; the two
 * members it hides (any method by name, with gradients) are reached by handles, which also works
 * when an application server loads DJL and this class by different loaders.
 */
final class Script implements AutoCloseable {
    private static final MethodHandle RUN;
    private static final MethodHandle WRAP;

    static {
        try {
            var library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
            var lib = library.getDeclaredField("LIB");
            lib.setAccessible(true);
            var run =
                    library.getDeclaredMethod(
                            "moduleRunMethod",
                            long.class,
                            String.class,
                            long[].class,
                            boolean.class,
                            boolean.class);
            run.setAccessible(true);
            var wrap = IValue.class.getDeclaredConstructor(long.class);
            wrap.setAccessible(true);
            var lookup = MethodHandles.lookup();
            RUN = lookup.unreflect(run).bindTo(lib.get(null));
            WRAP = lookup.unreflectConstructor(wrap);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this build of DJL's PyTorch engine has no moduleRunMethod;"
                            + " use the version that the root pom names",
                    e);
        }
    }

    private final PtSymbolBlock block;

    Script(PtNDManager manager, String type, String code) {
        try (var archive = TorchArchive.of(type, code)) {
            block = JniUtils.loadModule(manager, archive, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a method without recording gradients. */
    Result call(String method, Arguments arguments) {
        return call(method, arguments, false);
    }

    /**
     * @param gradients whether the operations are recorded for a backward pass
     */
    Result call(String method, Arguments arguments, boolean gradients) {
        try (arguments) {
            long handle =
                    (long)
                            RUN.invokeExact(
                                    (long) block.getHandle(),
                                    method,
                                    arguments.handles(),
                                    gradients,
                                    false);
            return new Result((IValue) WRAP.invokeExact(handle));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native call of " + method + " failed", e);
        }
    }

    @Override
    public void close() {
        block.close();
    }

    /** What a method returned; each accessor may be used once and frees the native value. */
    record Result(IValue value) {
        PtNDArray tensor(PtNDManager manager) {
            try (value) {
                return value.toTensor(manager);
            }
        }

        PtNDArray[] tensors(PtNDManager manager) {
            try (value) {
                return value.toTensorArray(manager);
            }
        }

        void drop() {
            value.close();
        }

        /** The native value itself, for later calls; the caller closes it. */
        IValue keep() {
            return value;
        }
    }

    /** Arguments of one call, in order; those made here are freed after it. */
    static final class Arguments implements AutoCloseable {
        private final List<IValue> values = new ArrayList<>();
        private final List<IValue> own = new ArrayList<>();

        Arguments tensor(NDArray x) {
            return own(IValue.from((PtNDArray) x));
        }

        Arguments tensors(PtNDArray... x) {
            return own(IValue.listFrom(x));
        }

        Arguments integer(long x) {
            return own(IValue.from(x));
        }

        Arguments integers(long... x) {
            return own(IValue.listFrom(x));
        }

        Arguments real(double x) {
            return own(IValue.from(x));
        }

        Arguments flag(boolean x) {
            return own(IValue.from(x));
        }

        /** A value that outlives the call. */
        Arguments kept(IValue x) {
            values.add(x);
            return this;
        }

        private Arguments own(IValue x) {
            own.add(x);
            values.add(x);
            return this;
        }

        private long[] handles() {
            return values.stream().mapToLong(IValue::getHandle).toArray();
        }

        @Override
        public void close() {
            own.forEach(IValue::close);
        }
    }
}
