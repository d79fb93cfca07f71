package io.arkestra.benchmarks.llm;

import io.arkestra.common.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Streams as servers of the OpenAI dialect send them: one event of about 200 bytes for each piece of a few letters. */
final class Streams {
    private static final String[] WORDS = {" the", " quay", " where", " ships", " lie", ",", " утром", " \"so", " it\""
    };

    private Streams() {}

    static String piece(int i) {
        return WORDS[i % WORDS.length];
    }

    static String text(int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(piece(i));
        }
        return text.toString();
    }

    static Json event(int i) {
        return chunk(Json.object().put("content", piece(i)).build(), Json.NULL);
    }

    static Json finish() {
        return chunk(Json.emptyObject(), Json.of("stop"));
    }

    private static Json chunk(Json delta, Json reason) {
        Json choice = Json.object()
                .put("index", 0)
                .put("delta", delta)
                .put("logprobs", Json.NULL)
                .put("finish_reason", reason)
                .build();
        return Json.object()
                .put("id", "chatcmpl-9f2b7c1e5a4d4e0c8b6f")
                .put("object", "chat.completion.chunk")
                .put("created", 1_790_000_000L)
                .put("model", "fake-model")
                .put("choices", Json.array(List.of(choice)))
                .build();
    }

    static byte[] bytes(int pieces) {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            stream.append("data: ").append(event(i)).append("\n\n");
        }
        stream.append("data: ").append(finish()).append("\n\ndata: [DONE]\n\n");
        return stream.toString().getBytes(StandardCharsets.UTF_8);
    }
}
