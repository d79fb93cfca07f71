package io.arkestra.persona.internal;

import io.arkestra.common.Json;
import io.arkestra.learning.internal.ToolHints;
import io.arkestra.llm.CacheHint;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.Sampling;
import io.arkestra.memory.Recall;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.text.internal.Language;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Lays out prompts, the stable part first: rules and tools, then the conversation, then the situation and the message. A local model
 * so keeps its prefix evaluated from turn to turn. Thread-safe.
 */
public final class Prompts {
    private static final int JUNIOR_TOKENS = 256;
    private static final int CRITIC_TOKENS = 512;
    /** How long an answer may be unless the mood has it otherwise. */
    public static final Sampling SENIOR_SAMPLING = Sampling.maxTokens(1_024);

    private static final int MOST_CACHED = 64;
    /** After that the rules decide: nobody waits longer to be understood. */
    private static final Duration JUNIOR_DEADLINE = Duration.ofMinutes(2);

    private static final String INTENTS =
            Arrays.stream(Intent.values()).map(Intent::word).collect(Collectors.joining(", "));

    private final PromptTexts texts;
    private final String assistantName;
    private final ConcurrentMap<List<String>, String> seniorSystem = new ConcurrentHashMap<>();

    /** The shipped prompts. */
    public Prompts(String assistantName) {
        this(PromptTexts.of(PersonaFile.shipped()), assistantName);
    }

    public Prompts(PromptTexts texts, String assistantName) {
        this.texts = texts;
        this.assistantName = assistantName;
    }

    /** The version of the persona that the prompts belong to. */
    public String version() {
        return texts.version();
    }

    /** What the junior is asked: no conversation, only what is known about situation and user in short, and the message. */
    public LlmRequest junior(String message, Scene scene) {
        LlmMessage asked =
                LlmMessage.user(message).withData(PromptBlocks.ENV, scene.env().toJson());
        asked = told(asked, PromptBlocks.PROFILE, ProfileFields.forPromptInShort(scene.person()));
        asked = told(asked, PromptBlocks.SITUATION, scene.brief().shortened().toJson());
        asked = told(asked, PromptBlocks.STATE, scene.state().toShortJson());
        return LlmRequest.builder("junior")
                .message(LlmMessage.system(rules(PromptTexts.Kind.JUNIOR, scene.prompts(), Map.of("intents", INTENTS))))
                .message(asked)
                .output(OutputSpec.json("junior_report", JuniorReport.SCHEMA))
                .reasoning(Reasoning.OFF)
                .cache(CacheHint.of("junior", 1))
                .sampling(Sampling.maxTokens(JUNIOR_TOKENS).temperature(0))
                .deadline(JUNIOR_DEADLINE)
                .build();
    }

    private static LlmMessage told(LlmMessage message, String name, Json block) {
        return block.size() == 0 ? message : message.withData(name, block);
    }

    /**
     * The message as the senior sees it, with what is known about the situation before it.
     *
     * @param before the conversation above; what it tells still, profile and surroundings, is not sent once more
     * @param style how the answer is to sound
     * @param shown ids of what the conversation above already holds, which is not sent once more; {@link #shown} gives those of this message
     */
    public LlmMessage seniorMessage(
            String message,
            Scene scene,
            JuniorReport junior,
            Recall recall,
            PromptBlocks.Style style,
            List<LlmMessage> before,
            Set<String> shown) {
        LlmMessage asked =
                LlmMessage.user(message).withData(PromptBlocks.ENV, scene.env().toJson());
        asked = changed(asked, PromptBlocks.PROFILE, ProfileFields.forPrompt(scene.person()), before);
        asked = changed(asked, PromptBlocks.SITUATION, scene.brief().toJson(), before);
        PromptBlocks.State state = scene.state();
        if (!state.portrait().isEmpty() && !shown.contains(portrait(state))) {
            asked = asked.withData(PromptBlocks.STATE, state.toJson());
        }
        Json sound = style.toJson();
        if (sound.size() > 0) {
            asked = asked.withData(PromptBlocks.STYLE, sound);
        }
        Json report = junior.toJson().without("neuro_update");
        asked = asked.withData(
                        PromptBlocks.JUNIOR,
                        style.hints() == ToolHints.SILENT ? report.with("tools_hint", Json.array(List.of())) : report)
                .withData(PromptBlocks.RECALL, PromptBlocks.recall(recall, shown));
        return scene.adapt().isEmpty() ? asked : asked.withData(PromptBlocks.ADAPT, Json.of(scene.adapt()));
    }

    /** The message with a block, unless the newest of its name says the same, or there is nothing to say and never was. */
    private static LlmMessage changed(LlmMessage message, String name, Json block, List<LlmMessage> before) {
        Optional<Json> newest = Optional.empty();
        for (int i = before.size() - 1; i >= 0 && newest.isEmpty(); i--) {
            newest = before.get(i).data(name);
        }
        return newest.orElse(Json.emptyObject()).equals(block) ? message : message.withData(name, block);
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

    /**
     * What the senior is asked. Tools are described in the rules and asked for inside the document, so none go beside it.
     *
     * @param language that of the conversation's prompts
     */
    public LlmRequest senior(Locale language, List<LlmMessage> conversation, List<ToolSpec> tools, Sampling sampling) {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system(seniorSystem(language, tools)))
                .messages(conversation)
                .cache(CacheHint.of("senior", conversation.size()))
                .output(OutputSpec.json("senior_reply", SeniorReply.SCHEMA))
                .sampling(sampling)
                .build();
    }

    /**
     * What is said to the senior after tools ran or the critic found something. It is appended to the conversation, whose beginning so
     * stays as it was.
     *
     * @param critic what the critic found
     */
    public LlmMessage refinement(Locale language, Optional<CriticReport> critic) {
        LlmMessage message = LlmMessage.user(
                rules(PromptTexts.Kind.REFINEMENT, language, Map.of()).strip());
        return critic.map(report -> message.withData(PromptBlocks.CRITIC, report.toJson()))
                .orElse(message);
    }

    /**
     * What the critic is asked.
     *
     * @param request the user's words
     * @param answer what was answered so far
     * @param tools what the tools gave, in order
     */
    public LlmRequest critic(Scene scene, String request, String answer, List<Json> tools) {
        Json exchange = Json.object()
                .put("request", request)
                .put("answer", answer)
                .put("tools", Json.array(tools))
                .build();
        Json boundaries = Json.object()
                .put(
                        ProfileFields.BOUNDARIES,
                        Json.strings(ProfileFields.texts(scene.person(), ProfileFields.BOUNDARIES)))
                .build();
        LlmMessage asked = LlmMessage.user("").withData(PromptBlocks.EXCHANGE, exchange);
        return LlmRequest.builder("critic")
                .message(LlmMessage.system(rules(PromptTexts.Kind.CRITIC, scene.prompts(), Map.of())))
                .message(
                        boundaries.list(ProfileFields.BOUNDARIES).isEmpty()
                                ? asked
                                : asked.withData(PromptBlocks.PROFILE, boundaries))
                .output(OutputSpec.json("critic_report", CriticReport.SCHEMA))
                .reasoning(Reasoning.OFF)
                .cache(CacheHint.of("critic", 1))
                .sampling(Sampling.maxTokens(CRITIC_TOKENS).temperature(0))
                .build();
    }

    private String rules(PromptTexts.Kind kind, Locale language, Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.put("assistant", assistantName);
        return texts.render(kind, language, all);
    }

    private String seniorSystem(Locale language, List<ToolSpec> tools) {
        List<String> key = new ArrayList<>();
        key.add(Language.isRussian(language) ? "ru" : "en");
        // By all that is written of it: a conversation may be told of a tool in other words, and a tool may change and
        // keep its version.
        tools.forEach(tool -> key.add(tool.name() + '\n' + tool.description() + '\n' + tool.arguments()));
        String known = seniorSystem.get(key);
        if (known != null) {
            return known;
        }
        if (seniorSystem.size() >= MOST_CACHED) {
            seniorSystem.clear();
        }
        String listed = tools.stream()
                .sorted(Comparator.comparing(ToolSpec::name))
                .map(tool -> ToolBlock.description(tool).canonical())
                .collect(Collectors.joining("\n"));
        String system = rules(PromptTexts.Kind.SENIOR, language, Map.of("tools", listed));
        seniorSystem.put(List.copyOf(key), system);
        return system;
    }
}
