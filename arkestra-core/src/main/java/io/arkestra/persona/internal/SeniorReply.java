package io.arkestra.persona.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.repair.internal.Steps;
import io.arkestra.memory.MemoryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the senior answered.
 *
 * @param text what to say
 * @param toolCalls tools to run, as the model wrote them
 * @param memories what to keep
 * @param sources ids of the recalled passages that the text rests on
 * @param plan how it means to go on; empty unless there is more than one thing to do
 * @param quality how it came to be in the form that was asked for
 */
public record SeniorReply(
        String text,
        List<LlmToolCall> toolCalls,
        List<Proposal> memories,
        List<String> sources,
        List<PlannedStep> plan,
        OutputQuality quality) {
    /**
     * Something to keep.
     *
     * @param kind fact or note
     * @param text the words
     */
    public record Proposal(MemoryKind kind, String text) {}

    /**
     * A step that the senior means to take.
     *
     * @param step what is to be done
     * @param tool the tool that it needs; empty for none
     */
    public record PlannedStep(String step, String tool) {
        public Json toJson() {
            return Json.object().put("step", step).put("tool", tool).build();
        }
    }

    /** What a senior writes. The text comes first, so that it streams while the rest is generated. */
    public static final Json SCHEMA = Json.parse("""
            {"type":"object","additionalProperties":false,"required":["text"],
             "properties":{
               "text":{"type":"string"},
               "tool_calls":{"type":"array","maxItems":12,"items":{"type":"object","additionalProperties":false,
                 "required":["name","arguments"],
                 "properties":{"name":{"type":"string","maxLength":64},"arguments":{"type":"object"}}}},
               "memory":{"type":"array","maxItems":8,"items":{"type":"object","additionalProperties":false,
                 "required":["kind","text"],
                 "properties":{"kind":{"enum":["fact","note"]},"text":{"type":"string","maxLength":2000}}}},
               "plan":{"type":"array","maxItems":12,"items":{"type":"object","additionalProperties":false,
                 "required":["step"],
                 "properties":{"step":{"type":"string","maxLength":300},"tool":{"type":"string","maxLength":64}}}},
               "sources":{"type":"array","maxItems":20,"items":{"type":"string","maxLength":200}}}}
            """);

    private static final String CALL = "call-";

    public SeniorReply {
        toolCalls = List.copyOf(toolCalls);
        memories = List.copyOf(memories);
        sources = List.copyOf(sources);
        plan = List.copyOf(plan);
    }

    /** Number of a turn's next tool call, higher than that of any of these, which are its calls so far. */
    public static int nextCall(List<String> ids) {
        return ids.stream().mapToInt(SeniorReply::number).reduce(ids.size(), Math::max) + 1;
    }

    /** 0 for an id that is none of ours. */
    private static int number(String id) {
        String digits = id.startsWith(CALL) ? id.substring(CALL.length()) : "";
        return digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : 0;
    }

    /** The same with other words. */
    public SeniorReply withText(String words) {
        return new SeniorReply(words, toolCalls, memories, sources, plan, quality);
    }

    /** Words alone, as the last answer of a turn that may call no more tools. */
    public SeniorReply withoutCalls() {
        return new SeniorReply(text, List.of(), memories, sources, plan, quality);
    }

    /**
     * Reads a response. What is not the envelope that was asked for is taken as plain text without any tool calls: a model that
     * cannot keep the form can still answer.
     *
     * @param spoken the text as it was streamed from the response
     * @param firstCall number of the turn's next tool call, for ids
     */
    public static SeniorReply read(LlmResponse response, String spoken, int firstCall) {
        List<LlmToolCall> calls = new ArrayList<>();
        for (LlmToolCall call : response.toolCalls()) {
            // A backend's own ids may be empty, or the same in every response; here they pair calls and results of a
            // turn.
            calls.add(LlmToolCall.of(CALL + (firstCall + calls.size()), call.name(), call.arguments()));
        }
        Optional<Json> envelope = envelope(response);
        if (envelope.isEmpty()) {
            return new SeniorReply(spoken, calls, List.of(), List.of(), List.of(), response.quality());
        }
        Json json = envelope.get();
        for (Json call : json.list("tool_calls")) {
            calls.add(LlmToolCall.of(CALL + (firstCall + calls.size()), name(call), arguments(call)));
        }
        List<Proposal> memories = new ArrayList<>();
        for (Json memory : json.list("memory")) {
            String text = memory.isObject() ? string(memory, "text").strip() : "";
            if (!text.isEmpty()) {
                memories.add(
                        new Proposal(string(memory, "kind").equals("note") ? MemoryKind.NOTE : MemoryKind.FACT, text));
            }
        }
        List<String> sources = json.list("sources").stream()
                .filter(Json::isString)
                .map(Json::asString)
                .toList();
        return new SeniorReply(spoken, calls, memories, sources, plan(json), response.quality());
    }

    private static List<PlannedStep> plan(Json json) {
        return json.list("plan").stream()
                .filter(Json::isObject)
                .map(step -> new PlannedStep(string(step, "step").strip(), string(step, "tool")))
                .filter(step -> !step.step().isEmpty())
                .toList();
    }

    /**
     * The document of the response, mended if need be. One that stands inside other words may be a quotation, and of one that was cut
     * nobody knows how it would have gone on: neither may call tools or teach, so they count as plain text.
     */
    private static Optional<Json> envelope(LlmResponse response) {
        boolean doubtful = response.repairs().contains(Steps.SURROUNDING_TEXT)
                || response.repairs().contains(Steps.CUT);
        return response.json().isEmpty() || doubtful ? envelope(response.text()) : response.json();
    }

    private static Optional<Json> envelope(String raw) {
        String text = raw.strip();
        if (text.startsWith("```")) {
            int line = text.indexOf('\n');
            int end = text.lastIndexOf("```");
            text = line >= 0 && end > line ? text.substring(line + 1, end).strip() : text;
        }
        if (!text.startsWith("{")) {
            return Optional.empty();
        }
        try {
            Json json = Json.parse(text);
            boolean known = json.has("text") || json.has("tool_calls");
            return known && listsAreLists(json) ? Optional.of(json) : Optional.empty();
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    private static boolean listsAreLists(Json json) {
        for (String key : List.of("tool_calls", "memory", "plan", "sources")) {
            if (json.get(key).map(value -> !value.isArray()).orElse(false)) {
                return false;
            }
        }
        return true;
    }

    private static String name(Json call) {
        return call.isObject() ? string(call, "name") : "";
    }

    /** Arguments as text: an object as JSON; a string, which some models write, as it stands. */
    private static String arguments(Json call) {
        if (!call.isObject()) {
            return call.toString();
        }
        return call.get("arguments")
                .map(value -> value.isString() ? value.asString() : value.toString())
                .orElse("");
    }

    private static String string(Json object, String key) {
        return object.get(key).filter(Json::isString).map(Json::asString).orElse("");
    }
}
