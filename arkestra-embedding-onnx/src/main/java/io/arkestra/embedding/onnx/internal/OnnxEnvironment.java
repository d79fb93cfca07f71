package io.arkestra.embedding.onnx.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.arkestra.embedding.EmbeddingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The environment of ONNX Runtime, one per process. Making it, ONNX Runtime 1.29, which a host may bring, reads the command line of the
 * process with a regular expression that recurses for every character: with a class path of some thousand characters that overflows the
 * stack of an ordinary thread and takes the whole process down. So it is made on a thread with a stack for the longest command line there
 * can be; only what is used of it takes memory. Ours is 1.28: it has no such report.
 */
final class OnnxEnvironment {
    private static final long STACK = 512L << 20;

    private OnnxEnvironment() {}

    static OrtEnvironment get() {
        return Holder.environment();
    }

    private static final class Holder {
        private static final CompletableFuture<OrtEnvironment> MADE = make();

        private static CompletableFuture<OrtEnvironment> make() {
            CompletableFuture<OrtEnvironment> made = new CompletableFuture<>();
            Runnable work = () -> {
                try {
                    OrtEnvironment environment =
                            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "arkestra");
                    environment.setTelemetry(false);
                    made.complete(environment);
                } catch (OrtException | RuntimeException | LinkageError e) {
                    made.completeExceptionally(e);
                }
            };
            Thread thread = new Thread(null, work, "arkestra-onnx-environment", STACK);
            thread.setDaemon(true);
            thread.start();
            return made;
        }

        private static OrtEnvironment environment() {
            try {
                return MADE.join();
            } catch (CompletionException e) {
                throw new EmbeddingException(
                        "missing", "ONNX Runtime cannot be started on this machine: " + e.getCause(), e.getCause());
            }
        }
    }
}
