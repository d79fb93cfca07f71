package io.arkestra.llm.llamacpp;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a llama-server tells of itself under {@code /props}. Immutable.
 *
 * @param contextTokens of one slot; empty when it did not say
 * @param slots how many calls run at the same time
 * @param tools whether the chat template has tools; without, the server drops them and says nothing
 * @param parallelTools whether one answer may hold several calls
 * @param sleeping whether it has let go of the model
 * @param controlTokens texts that stand for themselves in the chat template and may be tokens
 */
record LlamaServerFacts(
        Optional<Integer> contextTokens,
        int slots,
        boolean tools,
        boolean parallelTools,
        boolean sleeping,
        Set<String> controlTokens) {
    private static final Pattern TOKEN_IN_TEMPLATE = Pattern.compile("<[^<>\\s{}'\"]{1,60}>|\\[/?[A-Z][A-Z_]{1,40}\\]");

    /** @throws InvalidInputException when it is not what a llama-server answers */
    static LlamaServerFacts of(Json props) {
        Optional<Json> caps = props.get("chat_template_caps").filter(Json::isObject);
        Set<String> tokens = new LinkedHashSet<>();
        for (String member : List.of("bos_token", "eos_token")) {
            props.string(member).filter(token -> !token.isBlank()).ifPresent(tokens::add);
        }
        Matcher matcher =
                TOKEN_IN_TEMPLATE.matcher(props.string("chat_template").orElse(""));
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return new LlamaServerFacts(
                props.get("default_generation_settings")
                        .flatMap(settings -> settings.integer("n_ctx"))
                        .filter(tokensOfSlot -> tokensOfSlot >= 1 && tokensOfSlot <= Integer.MAX_VALUE)
                        .map(Long::intValue),
                (int) Math.max(1, Math.min(1_024, props.integer("total_slots").orElse(1L))),
                able(caps, "supports_tools") && able(caps, "supports_tool_calls"),
                able(caps, "supports_parallel_tool_calls"),
                props.bool("is_sleeping").orElse(false),
                Set.copyOf(tokens));
    }

    private static boolean able(Optional<Json> caps, String name) {
        return caps.flatMap(json -> json.bool(name)).orElse(false);
    }

    /** What a client of this server can do, beyond what every client of a llama-server can. */
    LlmCapabilities on(LlmCapabilities standard) {
        return standard.toBuilder()
                .contextTokens(contextTokens.orElse(standard.contextTokens()))
                .parallelism(slots)
                .nativeTools(tools)
                .parallelTools(tools && parallelTools)
                .slotPinning(true)
                .exactTokenCount(true)
                .build();
    }
}
