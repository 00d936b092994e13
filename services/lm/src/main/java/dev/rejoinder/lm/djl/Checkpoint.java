package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.adapter.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The state of a training between two updates, bit for bit. On disk: a magic number, shape, base
 * digest, step count, the three vectors as big-endian floats, and a CRC-32C of all before it.
 *
 * @param shape the adapter's configuration as text
 */
record Checkpoint(
        String shape,
        String baseDigest,
        int steps,
        float[] parameters,
        float[] mean,
        float[] variance) {
    private static final int MAGIC = 0x524A4B31;

    void write(Path file) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeUTF(shape);
            out.writeUTF(baseDigest);
            out.writeInt(steps);
            out.writeInt(parameters.length);
            for (float[] vector : new float[][] {parameters, mean, variance}) {
                var buffer = ByteBuffer.allocate(vector.length * Float.BYTES);
                buffer.asFloatBuffer().put(vector);
                out.write(buffer.array());
            }
            out.writeLong(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicFile.write(file, bytes.toByteArray());
    }

    /**
     * @throws IllegalArgumentException if the file is damaged or of another base or shape
     */
    static Checkpoint read(Path file, String shape, String baseDigest, int parameters) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            var in = new DataInputStream(new ByteArrayInputStream(bytes));
            int body = bytes.length - Long.BYTES;
            if (body < Integer.BYTES
                    || in.readInt() != MAGIC
                    || crc(bytes, body) != ByteBuffer.wrap(bytes, body, Long.BYTES).getLong())
                throw new IllegalArgumentException(
                        file + " is no checkpoint or is damaged; start the run again");
            require(file, "shape", in.readUTF(), shape);
            require(file, "base", in.readUTF(), baseDigest);
            int steps = in.readInt();
            require(file, "parameters", "" + in.readInt(), "" + parameters);
            return new Checkpoint(
                    shape,
                    baseDigest,
                    steps,
                    vector(in, parameters),
                    vector(in, parameters),
                    vector(in, parameters));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read; start the run again", e);
        }
    }

    private static void require(Path file, String what, String found, String wanted) {
        if (!found.equals(wanted))
            throw new IllegalArgumentException(
                    "%s has the %s %s, this training has %s; resume with the run's own settings"
                            .formatted(file, what, found, wanted));
    }

    private static float[] vector(DataInputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size * Float.BYTES);
        float[] values = new float[size];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }

    private static long crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(Arrays.copyOf(bytes, length));
        return crc.getValue();
    }
}
