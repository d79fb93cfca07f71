package io.arkestra.persona.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.CacheHint;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.Sampling;
import io.arkestra.memory.Recall;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Lays out prompts, the stable part first: rules and tools, then the conversation, then the situation and the message. A local model
 * so keeps its prefix evaluated from turn to turn. Thread-safe.
 */
public final class Prompts {
    private static final int JUNIOR_TOKENS = 256;
    private static final int SENIOR_TOKENS = 1_024;
    private static final int MOST_CACHED = 64;

    /** After that the rules decide: nobody waits longer to be understood. */
    private static final Duration JUNIOR_DEADLINE = Duration.ofMinutes(2);

    private final String juniorRules;
    private final String seniorRules;
    private final ConcurrentMap<List<String>, String> seniorSystem = new ConcurrentHashMap<>();

    public Prompts(String assistantName) {
        juniorRules = resource("junior.txt").replace("{assistant}", assistantName);
        seniorRules = resource("senior.txt").replace("{assistant}", assistantName);
    }

    /** What the junior is asked: no conversation, only the situation and the message. */
    public LlmRequest junior(String message, PromptBlocks.Env env) {
        return LlmRequest.builder("junior")
                .message(LlmMessage.system(juniorRules))
                .message(LlmMessage.user(message).withData(PromptBlocks.ENV, env.toJson()))
                .output(OutputSpec.json("junior_report", JuniorReport.SCHEMA))
                .reasoning(Reasoning.OFF)
                .cache(CacheHint.of("junior", 1))
                .sampling(Sampling.maxTokens(JUNIOR_TOKENS).temperature(0))
                .deadline(JUNIOR_DEADLINE)
                .build();
    }

    /**
     * The message as the senior sees it, with what is known about the situation before it.
     *
     * @param shown ids of what the conversation above already holds, which is not sent once more; {@link #shown} gives those of this message
     */
    public LlmMessage seniorMessage(
            String message,
            PromptBlocks.Env env,
            PromptBlocks.State state,
            JuniorReport junior,
            Recall recall,
            Set<String> shown) {
        LlmMessage situation = LlmMessage.user(message).withData(PromptBlocks.ENV, env.toJson());
        if (!state.portrait().isEmpty() && !shown.contains(portrait(state))) {
            situation = situation.withData(PromptBlocks.STATE, state.toJson());
        }
        return situation
                .withData(PromptBlocks.JUNIOR, junior.toJson())
                .withData(PromptBlocks.RECALL, PromptBlocks.recall(recall, shown));
    }

    /** What the message with this state and recall shows the senior. */
    public Set<String> shown(PromptBlocks.State state, Recall recall) {
        Set<String> ids = new HashSet<>();
        recall.passages().forEach(passage -> ids.add(passage.id()));
        if (!state.portrait().isEmpty()) {
            ids.add(portrait(state));
        }
        return ids;
    }

    private static String portrait(PromptBlocks.State state) {
        return "state " + state.toJson().without("opening").digest();
    }

    /** What the senior is asked. Tools are described in the rules and asked for inside the document, so none go beside it. */
    public LlmRequest senior(List<LlmMessage> conversation, List<ToolSpec> tools) {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system(seniorSystem(tools)))
                .messages(conversation)
                .cache(CacheHint.of("senior", conversation.size()))
                .output(OutputSpec.json("senior_reply", SeniorReply.SCHEMA))
                .sampling(Sampling.maxTokens(SENIOR_TOKENS))
                .build();
    }

    private String seniorSystem(List<ToolSpec> tools) {
        List<String> key = tools.stream().map(ToolSpec::toString).toList();
        String known = seniorSystem.get(key);
        if (known != null) {
            return known;
        }
        if (seniorSystem.size() >= MOST_CACHED) {
            seniorSystem.clear();
        }
        StringBuilder text = new StringBuilder(seniorRules).append("\nTools:\n");
        tools.stream()
                .sorted(java.util.Comparator.comparing(ToolSpec::name))
                .map(tool -> Json.object()
                        .put("name", tool.name())
                        .put("description", tool.description())
                        .put("arguments", tool.arguments())
                        .build()
                        .canonical())
                .forEach(line -> text.append(line).append('\n'));
        String system = text.toString();
        seniorSystem.put(key, system);
        return system;
    }

    private static String resource(String name) {
        try (InputStream in = Prompts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
