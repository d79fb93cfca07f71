package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.Json;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an Ollama tells of a model under {@code /api/show}. Immutable.
 *
 * @param abilities such as {@code completion}, {@code tools}, {@code thinking}; empty for older servers, which do not say
 * @param trainedContext tokens that the model was made for
 * @param ownContext {@code num_ctx} of its Modelfile
 * @param remote whether it is computed elsewhere
 * @param levels whether it wants to be told how much to think instead of whether
 */
record OllamaFacts(
        Set<String> abilities, OptionalInt trainedContext, OptionalInt ownContext, boolean remote, boolean levels) {
    private static final Pattern NUM_CTX = Pattern.compile("(?m)^num_ctx\\s+(\\d{1,9})\\s*$");

    static OllamaFacts of(Json show) {
        OptionalInt trained = OptionalInt.empty();
        for (Map.Entry<String, Json> member : show.get("model_info")
                .filter(Json::isObject)
                .orElse(Json.emptyObject())
                .members()
                .entrySet()) {
            if (member.getKey().endsWith(".context_length") && member.getValue().isInteger()) {
                long tokens = member.getValue().asLong();
                trained = tokens > 0 && tokens <= Integer.MAX_VALUE ? OptionalInt.of((int) tokens) : trained;
            }
        }
        Matcher own = NUM_CTX.matcher(show.string("parameters").orElse(""));
        return new OllamaFacts(
                show.get("capabilities").filter(Json::isArray).orElse(Json.emptyArray()).items().stream()
                        .filter(Json::isString)
                        .map(Json::asString)
                        .collect(Collectors.toUnmodifiableSet()),
                trained,
                own.find() ? OptionalInt.of(Math.max(1, Integer.parseInt(own.group(1)))) : OptionalInt.empty(),
                show.string("remote_host").isPresent()
                        || show.string("remote_model").isPresent(),
                show.at("/details/family")
                        .filter(Json::isString)
                        .map(Json::asString)
                        .orElse("")
                        .startsWith("gptoss"));
    }

    boolean can(String ability) {
        return abilities.contains(ability);
    }

    /** Whether it says that it cannot chat. */
    boolean mute() {
        return !abilities.isEmpty() && !can("completion");
    }
}
