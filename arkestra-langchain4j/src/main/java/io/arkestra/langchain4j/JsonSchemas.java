package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import io.arkestra.common.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Schema as text and as LangChain4j's elements. */
final class JsonSchemas {
    private static final String PROBE = "it";

    private JsonSchemas() {}

    /**
     * The schema of a tool's arguments. LangChain4j's object knows properties, required ones, definitions and whether others are allowed;
     * what else stands at the top is left out, for Arkestra checks arguments against the whole schema anyway.
     */
    static JsonObjectSchema object(Json schema) {
        JsonObjectSchema.Builder builder = JsonObjectSchema.builder()
                .addProperties(elements(schema, "properties"))
                .required(schema.list("required").stream().map(Json::asString).toList());
        schema.string("description").ifPresent(builder::description);
        schema.get("additionalProperties")
                .filter(Json::isBoolean)
                .ifPresent(allowed -> builder.additionalProperties(allowed.asBoolean()));
        Map<String, JsonSchemaElement> definitions = elements(schema, "$defs");
        return definitions.isEmpty()
                ? builder.build()
                : builder.definitions(definitions).build();
    }

    private static Map<String, JsonSchemaElement> elements(Json schema, String key) {
        Map<String, JsonSchemaElement> elements = new LinkedHashMap<>();
        schema.get(key)
                .filter(Json::isObject)
                .ifPresent(members -> members.members().forEach((name, member) -> elements.put(name, element(member))));
        return elements;
    }

    /** Typed where LangChain4j has a type for it, because some backends take nothing else; otherwise as it is. */
    private static JsonSchemaElement element(Json schema) {
        if (schema.isBoolean()) {
            return JsonRawSchema.from(schema.asBoolean() ? "{}" : "{\"not\":{}}");
        }
        Json wrapped = Json.object()
                .put("name", PROBE)
                .put(
                        "parameters",
                        Json.object()
                                .put("type", "object")
                                .put(
                                        "properties",
                                        Json.object().put(PROBE, schema).build())
                                .build())
                .build();
        try {
            JsonSchemaElement typed = ToolSpecification.fromJson(wrapped.toString())
                    .parameters()
                    .properties()
                    .get(PROBE);
            return typed instanceof JsonRawSchema ? JsonRawSchema.from(schema.toString()) : typed;
        } catch (IllegalArgumentException e) {
            return JsonRawSchema.from(schema.toString());
        }
    }

    /** Any schema, word for word. */
    static JsonSchemaElement raw(Json schema) {
        return JsonRawSchema.from(schema.toString());
    }

    /** The schema of a tool's arguments. */
    static Json arguments(@Nullable JsonObjectSchema parameters) {
        return parameters == null ? Json.object().put("type", "object").build() : json(parameters);
    }

    static Json json(JsonSchemaElement element) {
        if (element instanceof JsonRawSchema raw) {
            return Json.parse(raw.schema());
        }
        JsonObjectSchema around = JsonObjectSchema.builder()
                .addProperties(Map.of(PROBE, element))
                .required(List.of())
                .build();
        String text = ToolSpecification.builder()
                .name(PROBE)
                .parameters(around)
                .build()
                .toJson();
        return Json.parse(text)
                .at("/parameters/properties/" + PROBE)
                .orElseThrow(() -> new IllegalStateException("LangChain4j wrote no schema"));
    }
}
