package io.arkestra.llm.openai;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings of a server that speaks the OpenAI dialect. Vectors are as the server sends them: most servers make them of length 1, none
 * has to. Thread-safe; closed with its endpoint.
 */
public final class OpenAiEmbeddings {
    private final OpenAiEndpoint endpoint;
    private final String model;

    /** @param model the name under which the server knows the model; may be empty where it serves one alone */
    public OpenAiEmbeddings(OpenAiEndpoint endpoint, String model) {
        this.endpoint = endpoint;
        this.model = model;
    }

    /**
     * One vector per text, in the order of the texts, all of the same dimension.
     *
     * @throws InvalidInputException when a text is blank: servers make a vector of it that means nothing
     * @throws LlmException when the server is away, refuses, or sends something else than one vector per text
     * @throws io.arkestra.common.CancelledException when cancelled
     */
    public List<float[]> embed(List<String> texts, Deadlines deadlines, Cancellation cancel) {
        if (texts.isEmpty()) {
            return List.of();
        }
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).isBlank()) {
                throw new InvalidInputException("text " + (i + 1) + " of " + texts.size()
                        + " to embed is blank; expected a text with at least one character");
            }
        }
        Json.ObjectBuilder body = Json.object();
        if (!model.isEmpty()) {
            body.put("model", model);
        }
        body.put("input", Json.strings(texts.stream().map(Wire::wellFormed).toList()));
        body.put("encoding_format", "float");
        return vectors(endpoint.post("embeddings", body.build(), deadlines, cancel), texts.size());
    }

    private List<float[]> vectors(Json answer, int count) {
        float[][] vectors = new float[count][];
        try {
            for (Json entry : answer.list("data")) {
                int index = Math.toIntExact(entry.integer("index").orElse(-1L));
                if (index < 0 || index >= count || vectors[index] != null) {
                    throw wrong("an index of " + index + " among " + count + " texts", null);
                }
                vectors[index] = vector(entry.list("embedding"));
            }
        } catch (InvalidInputException | ArithmeticException e) {
            throw wrong("entries that cannot be read: " + e.getMessage(), e);
        }
        List<float[]> result = new ArrayList<>(count);
        for (float[] vector : vectors) {
            if (vector == null || vector.length == 0 || vector.length != vectors[0].length) {
                throw wrong("not one vector of the same dimension for each of " + count + " texts", null);
            }
            result.add(vector);
        }
        return result;
    }

    private float[] vector(List<Json> numbers) {
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) numbers.get(i).asDouble();
            if (!Float.isFinite(vector[i])) {
                throw wrong("a number beyond the range of floats", null);
            }
        }
        return vector;
    }

    private LlmException wrong(String what, @Nullable Throwable cause) {
        return new LlmException(
                LlmException.Reason.SERVER_ERROR,
                endpoint.errors().message("answers a call for embeddings with " + what),
                cause,
                null);
    }

    @Override
    public String toString() {
        return "OpenAiEmbeddings[" + endpoint.shown() + ", model=" + model + "]";
    }
}
