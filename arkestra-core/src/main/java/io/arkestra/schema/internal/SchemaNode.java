package io.arkestra.schema.internal;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import io.arkestra.common.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows a {@link Json} to the schema library as it is, so that numbers stay exact and nothing is copied through a second model. */
final class SchemaNode implements JsonNode {
    static final JsonNodeFactory FACTORY = new JsonNodeFactory() {
        @Override
        public JsonNode wrap(Object value) {
            return value instanceof JsonNode node ? node : new SchemaNode(Json.fromJava(value), "");
        }

        @Override
        public JsonNode create(String text) {
            return new SchemaNode(Json.parse(text), "");
        }
    };

    private final Json value;
    private final String pointer;

    SchemaNode(Json value, String pointer) {
        this.value = value;
        this.pointer = pointer;
    }

    @Override
    public String getJsonPointer() {
        return pointer;
    }

    @Override
    public SimpleType getNodeType() {
        return switch (value.kind()) {
            case NULL -> SimpleType.NULL;
            case BOOLEAN -> SimpleType.BOOLEAN;
            case NUMBER -> value.isInteger() ? SimpleType.INTEGER : SimpleType.NUMBER;
            case STRING -> SimpleType.STRING;
            case ARRAY -> SimpleType.ARRAY;
            case OBJECT -> SimpleType.OBJECT;
        };
    }

    @Override
    public boolean asBoolean() {
        return value.asBoolean();
    }

    @Override
    public String asString() {
        return value.asString();
    }

    @Override
    public BigInteger asInteger() {
        return value.asDecimal().toBigInteger();
    }

    @Override
    public BigDecimal asNumber() {
        return value.asDecimal();
    }

    @Override
    public List<JsonNode> asArray() {
        List<JsonNode> nodes = new ArrayList<>(value.size());
        for (Json item : value.items()) {
            nodes.add(new SchemaNode(item, pointer + "/" + nodes.size()));
        }
        return nodes;
    }

    @Override
    public Map<String, JsonNode> asObject() {
        Map<String, JsonNode> nodes = new LinkedHashMap<>();
        value.members()
                .forEach((key, member) ->
                        nodes.put(key, new SchemaNode(member, pointer + "/" + JsonNode.encodeJsonPointer(key))));
        return nodes;
    }

    @Override
    public String toPrintableString() {
        return value.toString();
    }
}
