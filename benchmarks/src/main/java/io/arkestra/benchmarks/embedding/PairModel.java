package io.arkestra.benchmarks.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The files of a cross-encoder that costs what a real one costs: MiniLM with a head that means nothing. Deleted when closed. */
record PairModel(Path directory) implements AutoCloseable {
    static PairModel create(Precision precision) throws IOException {
        PairModel files = new PairModel(Files.createTempDirectory("rerank"));
        Files.write(files.model(), ScoringHead.on(resource("/" + precision.model() + ".onnx")));
        Files.write(files.tokenizer(), resource("/" + precision.model() + "-tokenizer.json"));
        Files.writeString(
                files.manifest(),
                "{\"name\":\"minilm-head\",\"type\":\"cross-encoder\",\"model\":\"model.onnx\","
                        + "\"tokenizer\":\"tokenizer.json\",\"maxTokens\":512}");
        return files;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(PairModel.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    Path model() {
        return directory.resolve("model.onnx");
    }

    Path tokenizer() {
        return directory.resolve("tokenizer.json");
    }

    Path manifest() {
        return directory.resolve("manifest.json");
    }

    @Override
    public void close() throws IOException {
        for (Path file : List.of(model(), tokenizer(), manifest(), directory)) {
            Files.deleteIfExists(file);
        }
    }
}
