package io.arkestra.persona.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroUpdate;
import java.math.BigDecimal;
import java.util.List;

/**
 * What the junior decided.
 *
 * @param intent what the message wants
 * @param slots its parts, by name
 * @param toolsHint names of tools that may help
 * @param styleDirective how to answer; may be empty
 * @param recallQuery what to look up in memory; empty for nothing
 * @param neuroUpdate how the message moves the mood
 * @param confidence 0 to 1
 */
public record JuniorReport(
        Intent intent,
        Json slots,
        List<String> toolsHint,
        String styleDirective,
        String recallQuery,
        NeuroUpdate neuroUpdate,
        double confidence) {
    /** What a junior must write. Every field is bounded, so that a model cannot ramble. */
    public static final Json SCHEMA = withMediators(Json.parse("""
            {"type":"object","additionalProperties":false,
             "required":["intent","slots","tools_hint","style_directive","rag_query","confidence"],
             "properties":{
               "intent":{"type":"string","maxLength":40},
               "slots":{"type":"object","maxProperties":12,"additionalProperties":{"type":"string","maxLength":2000}},
               "tools_hint":{"type":"array","maxItems":12,"items":{"type":"string","maxLength":64}},
               "style_directive":{"type":"string","maxLength":200},
               "rag_query":{"type":"string","maxLength":500},
               "confidence":{"type":"number","minimum":0,"maximum":1}}}
            """));

    public JuniorReport {
        toolsHint = List.copyOf(toolsHint);
    }

    private static Json withMediators(Json schema) {
        Json.ObjectBuilder mediators = Json.object();
        Json change = Json.object()
                .put("type", "number")
                .put("minimum", -1)
                .put("maximum", 1)
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
        return new JuniorReport(intent, slots, toolsHint, styleDirective, recallQuery, update, confidence);
    }

    /** The slot's text, or an empty one. */
    public String slot(String name) {
        return slots.string(name).orElse("");
    }

    public Json toJson() {
        Json.ObjectBuilder json = Json.object()
                .put("intent", intent.word())
                .put("slots", slots)
                .put("tools_hint", Json.strings(toolsHint))
                .put("style_directive", styleDirective)
                .put("rag_query", recallQuery);
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
                json.string("style_directive").orElse(""),
                json.string("rag_query").orElse(""),
                json.get("neuro_update")
                        .filter(Json::isObject)
                        .map(NeuroUpdate::from)
                        .orElse(NeuroUpdate.none()),
                Math.max(0, Math.min(1, confidence)));
    }
}
