package io.arkestra.persona.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroUpdate;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the junior decided.
 *
 * @param intent what the message wants
 * @param slots its parts, by name
 * @param toolsHint names of tools that may help
 * @param toolsRequest tools that would be needed, there or not
 * @param styleDirective how to answer; may be empty
 * @param recallQuery what to look up in memory; empty for nothing
 * @param neuroUpdate how the message moves the mood
 * @param confidence 0 to 1
 */
public record JuniorReport(
        Intent intent,
        Json slots,
        List<String> toolsHint,
        List<ToolRequest> toolsRequest,
        String styleDirective,
        String recallQuery,
        NeuroUpdate neuroUpdate,
        double confidence) {
    /**
     * A tool that would be needed.
     *
     * @param name its name
     * @param purpose what it would be good for; may be empty
     */
    public record ToolRequest(String name, String purpose) {
        /** The form in prompts and reports. */
        public Json toJson() {
            return Json.object().put("name", name).put("purpose", purpose).build();
        }

        static ToolRequest from(Json json) {
            return new ToolRequest(json.text("name"), json.string("purpose").orElse(""));
        }
    }

    /** Far more than a turn may move a level: a model that exaggerates is held back, not refused with all else that it reports. */
    private static final int MOST_CHANGE = 100;

    /** What a junior must write. Every field is bounded, so that a model cannot ramble. */
    public static final Json SCHEMA = withMediators(Json.parse("""
            {"type":"object","additionalProperties":false,
             "required":["intent","slots","tools_hint","style_directive","rag_query","confidence"],
             "properties":{
               "intent":{"type":"string","maxLength":40},
               "slots":{"type":"object","maxProperties":12,"additionalProperties":{"type":"string","maxLength":2000}},
               "tools_hint":{"type":"array","maxItems":12,"items":{"type":"string","maxLength":64}},
               "tools_request":{"type":"array","maxItems":4,"items":{"type":"object","additionalProperties":false,
                 "required":["name"],
                 "properties":{"name":{"type":"string","maxLength":64},"purpose":{"type":"string","maxLength":200}}}},
               "style_directive":{"type":"string","maxLength":200},
               "rag_query":{"type":"string","maxLength":500},
               "confidence":{"type":"number","minimum":0,"maximum":1}}}
            """));

    public JuniorReport {
        toolsHint = List.copyOf(toolsHint);
        toolsRequest = List.copyOf(toolsRequest);
    }

    /** What rules understood: they hint at tools that exist, and wish for none. */
    public static JuniorReport understood(
            Intent intent, Json slots, List<String> toolsHint, String recallQuery, double confidence) {
        return new JuniorReport(intent, slots, toolsHint, List.of(), "", recallQuery, NeuroUpdate.none(), confidence);
    }

    /**
     * This report with what another one knows besides: slots and tools that this one does not name, style, mood, and what to look up when
     * this one looks nothing up. Intent and own slots stay.
     */
    public JuniorReport enrichedBy(JuniorReport other) {
        Json.ObjectBuilder allSlots = Json.object();
        if (other.intent() == intent) {
            other.slots().members().forEach(allSlots::put);
        }
        slots.members().forEach(allSlots::put);
        Set<String> hints = new LinkedHashSet<>(toolsHint);
        hints.addAll(other.toolsHint());
        return new JuniorReport(
                intent,
                allSlots.build(),
                List.copyOf(hints),
                other.toolsRequest(),
                styleDirective.isBlank() ? other.styleDirective() : styleDirective,
                recallQuery.isBlank() ? other.recallQuery() : recallQuery,
                other.neuroUpdate().isEmpty() ? neuroUpdate : other.neuroUpdate(),
                confidence);
    }

    /** The same report with these wishes for tools instead. */
    public JuniorReport wishingOnlyFor(List<ToolRequest> tools) {
        return new JuniorReport(intent, slots, toolsHint, tools, styleDirective, recallQuery, neuroUpdate, confidence);
    }

    private static Json withMediators(Json schema) {
        Json.ObjectBuilder mediators = Json.object();
        Json change = Json.object()
                .put("type", "number")
                .put("minimum", -MOST_CHANGE)
                .put("maximum", MOST_CHANGE)
                .build();
        for (Mediator mediator : Mediator.values()) {
            mediators.put(mediator.word(), change);
        }
        Json update = Json.object()
                .put("type", "object")
                .put("additionalProperties", false)
                .put("properties", mediators.build())
                .build();
        Json properties = schema.get("properties").orElseThrow();
        return schema.with("properties", properties.with("neuro_update", update));
    }

    /** The same with another effect on the mood. */
    public JuniorReport withNeuroUpdate(NeuroUpdate update) {
        return new JuniorReport(
                intent, slots, toolsHint, toolsRequest, styleDirective, recallQuery, update, confidence);
    }

    /** The slot's text, or an empty one. */
    public String slot(String name) {
        return slots.string(name).orElse("");
    }

    public Json toJson() {
        Json.ObjectBuilder json = Json.object()
                .put("intent", intent.word())
                .put("slots", slots)
                .put("tools_hint", Json.strings(toolsHint));
        if (!toolsRequest.isEmpty()) {
            json.put(
                    "tools_request",
                    Json.array(toolsRequest.stream().map(ToolRequest::toJson).toList()));
        }
        json.put("style_directive", styleDirective).put("rag_query", recallQuery);
        if (!neuroUpdate.isEmpty()) {
            json.put("neuro_update", neuroUpdate.toJson());
        }
        return json.put("confidence", confidence).build();
    }

    /**
     * Reads a report that is valid against {@link #SCHEMA}.
     *
     * @throws InvalidInputException when it is not
     */
    public static JuniorReport from(Json json) {
        double confidence =
                json.decimal("confidence").map(BigDecimal::doubleValue).orElse(0.5);
        return new JuniorReport(
                Intent.of(json.text("intent")),
                json.get("slots").filter(Json::isObject).orElse(Json.emptyObject()),
                json.list("tools_hint").stream().map(Json::asString).toList(),
                json.list("tools_request").stream().map(ToolRequest::from).toList(),
                json.string("style_directive").orElse(""),
                json.string("rag_query").orElse(""),
                json.get("neuro_update")
                        .filter(Json::isObject)
                        .map(NeuroUpdate::from)
                        .orElse(NeuroUpdate.none()),
                Math.max(0, Math.min(1, confidence)));
    }
}
