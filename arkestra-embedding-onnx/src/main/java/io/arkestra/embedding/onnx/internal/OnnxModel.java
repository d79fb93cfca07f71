package io.arkestra.embedding.onnx.internal;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.arkestra.embedding.EmbeddingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One loaded ONNX model with one thread per run: as many callers as cores are faster than one caller with all cores. Runs may be made side
 * by side; closing waits for them, because ONNX Runtime crashes the process when a model goes away under a run.
 */
final class OnnxModel implements AutoCloseable {
    private static final List<String> USUAL_OUTPUTS =
            List.of("sentence_embedding", "last_hidden_state", "token_embeddings", "logits", "output");

    private final OrtEnvironment environment;
    private final OrtSession.SessionOptions options;
    private final OrtSession session;
    private final String output;
    private final Path file;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxModel(
            OrtEnvironment environment,
            OrtSession.SessionOptions options,
            OrtSession session,
            String output,
            Path file) {
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.output = output;
        this.file = file;
    }

    static OnnxModel open(Path file, Optional<String> output) {
        if (!Files.isRegularFile(file)) {
            throw new EmbeddingException("missing", "There is no model file " + file, null);
        }
        try {
            OrtEnvironment environment = OnnxEnvironment.get();
            OrtSession.SessionOptions options = new OrtSession.SessionOptions();
            try {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                // What fails is thrown; on standard error it would stand a second time, in the middle of a host's
                // output.
                options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
                OrtSession session = environment.createSession(file.toString(), options);
                return new OnnxModel(environment, options, session, outputOf(session, output, file), file);
            } catch (OrtException | RuntimeException e) {
                options.close();
                throw e;
            }
        } catch (OrtException | LinkageError e) {
            throw new EmbeddingException("model", "The model " + file + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static String outputOf(OrtSession session, Optional<String> wanted, Path file) {
        if (wanted.isPresent()) {
            if (!session.getOutputNames().contains(wanted.get())) {
                throw new EmbeddingException(
                        "model",
                        "The model " + file + " has no output '" + wanted.get() + "'; it has "
                                + session.getOutputNames(),
                        null);
            }
            return wanted.get();
        }
        return USUAL_OUTPUTS.stream()
                .filter(session.getOutputNames()::contains)
                .findFirst()
                .orElseGet(() -> session.getOutputNames().iterator().next());
    }

    /**
     * What a run gave.
     *
     * @param shape of the output: texts × dimension, or texts × tokens × dimension
     * @param values in this order
     */
    record Output(long[] shape, float[] values) {}

    /**
     * Runs texts of possibly different lengths, padded with zeros.
     *
     * @param ids of the tokens of each text, special ones included
     * @param types of the tokens, where the model wants them; zeros when null
     */
    Output run(int[][] ids, int[] @org.jspecify.annotations.Nullable [] types) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new EmbeddingException("closed", "The model " + file.getFileName() + " is closed", null);
            }
            return runOpen(ids, types);
        } catch (OrtException e) {
            throw new EmbeddingException("failed", "The model " + file + " failed: " + e.getMessage(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    private Output runOpen(int[][] ids, int[] @org.jspecify.annotations.Nullable [] types) throws OrtException {
        int longest = 0;
        for (int[] one : ids) {
            longest = Math.max(longest, one.length);
        }
        long[] shape = {ids.length, longest};
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                String name = input.getKey();
                if (name.startsWith("past_key_values") && input.getValue().getInfo() instanceof TensorInfo past) {
                    inputs.put(name, nothingBefore(past, ids.length));
                    continue;
                }
                LongBuffer values = LongBuffer.allocate(ids.length * longest);
                for (int text = 0; text < ids.length; text++) {
                    for (int i = 0; i < longest; i++) {
                        boolean real = i < ids[text].length;
                        values.put(
                                text * longest + i,
                                switch (name) {
                                    case "input_ids" -> real ? ids[text][i] : 0;
                                    case "attention_mask" -> real ? 1 : 0;
                                    case "token_type_ids" -> real && types != null ? types[text][i] : 0;
                                    case "position_ids" -> i;
                                    default ->
                                        throw new EmbeddingException(
                                                "model",
                                                "The model " + file + " wants the input '" + name
                                                        + "'; known are input_ids, attention_mask, token_type_ids, position_ids and"
                                                        + " past_key_values.*",
                                                null);
                                });
                    }
                }
                inputs.put(name, OnnxTensor.createTensor(environment, values, shape));
            }
            try (OrtSession.Result result = session.run(inputs, java.util.Set.of(output))) {
                OnnxValue value = result.get(0);
                if (!(value instanceof OnnxTensor tensor)) {
                    throw new EmbeddingException(
                            "model", "The output " + output + " of the model " + file + " is no tensor", null);
                }
                FloatBuffer buffer = tensor.getFloatBuffer();
                if (buffer == null) {
                    throw new EmbeddingException(
                            "model", "The output " + output + " of the model " + file + " is not of floats", null);
                }
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                return new Output(tensor.getInfo().getShape(), values);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /** Decoders that were exported for writing want to know what came before; nothing did. */
    private OnnxTensor nothingBefore(TensorInfo info, int texts) throws OrtException {
        long[] shape = info.getShape();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = i == 0 ? texts : Math.max(shape[i], 0);
        }
        ByteBuffer none = ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
        return info.type == OnnxJavaType.FLOAT16
                ? OnnxTensor.createTensor(environment, none, shape, OnnxJavaType.FLOAT16)
                : OnnxTensor.createTensor(environment, none.asFloatBuffer(), shape);
    }

    /** The dimension of the vectors, when the model tells it; else -1. */
    int declaredDimension() {
        try {
            NodeInfo info = session.getOutputInfo().get(output);
            if (info != null && info.getInfo() instanceof TensorInfo tensor) {
                long[] shape = tensor.getShape();
                return (int) shape[shape.length - 1];
            }
            return -1;
        } catch (OrtException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
                options.close();
            }
        } catch (OrtException e) {
            throw new EmbeddingException("failed", "The model " + file + " cannot be closed: " + e.getMessage(), e);
        } finally {
            lock.writeLock().unlock();
        }
    }
}
