package io.arkestra.benchmarks.evaluate;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Vectors by the text that they are of, kept in a file between runs when there is one. Not thread-safe. */
final class VectorFile implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    private final Map<String, float[]> vectors = new HashMap<>();
    private final @Nullable DataOutputStream out;

    VectorFile(Optional<Path> file) {
        try {
            if (file.isPresent() && Files.exists(file.get())) {
                load(file.get());
            }
            out = file.isEmpty()
                    ? null
                    : new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file.get())));
            if (out != null) {
                for (Map.Entry<String, float[]> entry : vectors.entrySet()) {
                    write(out, entry.getKey(), entry.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The vectors kept in " + file + " cannot be used", e);
        }
    }

    private void load(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(Files.newInputStream(file)))) {
            while (true) {
                String key = in.readUTF();
                float[] vector = new float[in.readInt()];
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = in.readFloat();
                }
                vectors.put(key, vector);
            }
        } catch (EOFException e) {
            // The end, or a run that was cut off while it wrote: what is missing is embedded again.
        }
    }

    private static void write(DataOutputStream out, String key, float[] vector) throws IOException {
        out.writeUTF(key);
        out.writeInt(vector.length);
        for (float value : vector) {
            out.writeFloat(value);
        }
    }

    float[] get(String text, Supplier<float[]> model) {
        String key = key(text);
        float[] known = vectors.get(key);
        if (known != null) {
            return known;
        }
        float[] made = model.get();
        vectors.put(key, made);
        if (out != null) {
            try {
                write(out, key, made);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return made;
    }

    float[] known(String text) {
        float[] vector = vectors.get(key(text));
        if (vector == null) {
            throw new IllegalStateException("A text was not embedded");
        }
        return vector;
    }

    private static String key(String text) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
