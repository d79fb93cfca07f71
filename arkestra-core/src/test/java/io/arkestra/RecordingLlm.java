package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.testkit.ComputedLlm;
import java.util.List;
import java.util.stream.Stream;

/** A model of which tests look at the tools that it was told of. Streams in pieces of a given size. */
final class RecordingLlm extends ComputedLlm {
    private RecordingLlm(int piece, Writer writer) {
        super("recording", piece, writer);
    }

    static RecordingLlm writing(Writer writer) {
        return new RecordingLlm(5, writer);
    }

    /** One that streams in pieces of this many characters; 0 streams nothing. */
    static RecordingLlm inPieces(int characters, Writer writer) {
        return new RecordingLlm(characters, writer);
    }

    /** Names of the tools that the request describes: in its rules, in order, then in its messages. */
    static List<String> offeredTools(LlmRequest request) {
        return Stream.concat(toolsInRules(request).stream(), toolsInMessages(request).stream())
                .toList();
    }

    /** Names of the tools that the request's rules describe, in order. */
    static List<String> toolsInRules(LlmRequest request) {
        String rules = request.messages().get(0).text();
        return rules.substring(rules.indexOf("\nTools:\n") + 8)
                .lines()
                .map(line -> Json.parse(line).text("name"))
                .toList();
    }

    /** Names of the tools that the request's messages describe, in order. */
    static List<String> toolsInMessages(LlmRequest request) {
        return request.messages().stream()
                .flatMap(message -> described(message).stream())
                .toList();
    }

    /** Names of the tools that a message describes. */
    static List<String> described(LlmMessage message) {
        return message.data("tools").orElse(Json.emptyObject()).list("more").stream()
                .map(tool -> tool.text("name"))
                .toList();
    }
}
